import Embodiment
import Platform

/// Puts records together to whole episodes and takes the robot time that each of them took.
///
/// An episode lasts from its start record to its end, or to its newest step where it was cut off, as a session counts it
/// while it runs. What lies between episodes belongs to none: the clock of a robot that goes by the wall clock has run since
/// its machine was started, and runs on while a session is interrupted. A plain value.
struct EpisodeTimeline {
    private var assembler = EpisodeAssembler()
    /// When the episode in progress began.
    private var began = MonotonicTime.zero
    /// When its newest record happened.
    private var newest = MonotonicTime.zero
    /// Whether it has a step.
    private var hasSteps = false
    /// When the episode before it ended.
    private var before = MonotonicTime.zero

    /// Takes what comes next in the log.
    ///
    /// - Returns: what it led to, and the robot time of the episode that is complete or cut off, s; 0 for others.
    mutating func accept(
        _ record: LogRecord, at time: MonotonicTime
    ) -> (step: EpisodeAssembler.Step, seconds: Double) {
        let step = assembler.accept(record)
        switch record {
        case .episodeStart:
            // Of the one that it cuts off.
            let seconds = self.seconds
            if case .cutOff = step { before = newest }
            (began, newest, hasSteps) = (time, time, false)
            return (step, seconds)
        case .transition:
            (newest, hasSteps) = (time, true)
            return (step, 0)
        case .episodeEnd:
            newest = time
            let seconds = self.seconds
            before = time
            return (step, seconds)
        case .tick, .event, .metrics, .label: return (step, 0)
        }
    }

    /// The episode that was begun and not ended, when nothing more comes, and its robot time, s.
    var unfinished: (episode: Episode, seconds: Double)? {
        assembler.unfinished.map { ($0, seconds) }
    }

    private var seconds: Double {
        // Exports of earlier versions have one time, that of the end, for all records of an episode, and count from zero.
        let isExport = hasSteps && newest == began
        let from = isExport ? (before <= newest ? before : .zero) : began
        return max(0, newest.seconds(since: from))
    }
}
