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
    /// When its first step began; nil before that.
    private var firstStep: MonotonicTime?
    /// When the episode before it ended.
    private var before = MonotonicTime.zero

    /// Takes what comes next in the log.
    ///
    /// - Returns: what it led to, and the robot time of the episode that is complete or cut off; none for others.
    mutating func accept(
        _ record: LogRecord, at time: MonotonicTime
    ) -> (step: EpisodeAssembler.Step, seconds: EpisodeSeconds) {
        let step = assembler.accept(record)
        switch record {
        case .episodeStart:
            // Of the one that it cuts off.
            let seconds = self.seconds
            if case .cutOff = step { before = newest }
            (began, newest, firstStep) = (time, time, nil)
            return (step, seconds)
        case .transition:
            newest = time
            firstStep = firstStep ?? time
            return (step, EpisodeSeconds())
        case .episodeEnd:
            newest = time
            let seconds = self.seconds
            before = time
            return (step, seconds)
        case .tick, .event, .metrics, .label: return (step, EpisodeSeconds())
        }
    }

    /// The episode that was begun and not ended, when nothing more comes, and its robot time.
    var unfinished: (episode: Episode, seconds: EpisodeSeconds)? {
        assembler.unfinished.map { ($0, seconds) }
    }

    private var seconds: EpisodeSeconds {
        // Exports of earlier versions have one time, that of the end, for all records of an episode, and count from zero.
        let isExport = firstStep != nil && newest == began
        let from = isExport ? (before <= newest ? before : .zero) : began
        let whole = max(0, newest.seconds(since: from))
        let steps = firstStep.map { max(0, newest.seconds(since: $0)) } ?? 0
        return EpisodeSeconds(robot: whole, steps: isExport ? whole : steps)
    }
}
