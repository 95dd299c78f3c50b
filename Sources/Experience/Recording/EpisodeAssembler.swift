import Embodiment

/// Marks and transitions in the order they were recorded, put together to whole episodes.
///
/// The recorder hands what it completes to the learner, the reader to a replay store: one rule for both. An episode is whole
/// when its beginning, every step from 0 and its end are there; anything less is never trained on. One that only lacks its
/// end, because its process was killed, is an aborted one of the steps it had.
struct EpisodeAssembler {
    /// What a record led to.
    enum Step {
        case nothing
        case complete(Episode)
        /// It was begun and not ended; its outcome is `aborted`.
        case cutOff(Episode)
        /// The episode of this number is not whole; its steps are dropped.
        case incomplete(number: UInt32)
    }

    private var current: Episode?
    /// The number last reported as incomplete, so that its remaining steps are not reported again.
    private var reported: UInt32?

    mutating func accept(_ record: LogRecord) -> Step {
        switch record {
        case .episodeStart(let start):
            let unfinished = current
            reported = nil
            current = Episode(
                number: start.number, seed: start.seed, purpose: start.purpose, outcome: .aborted,
                transitions: [])
            return unfinished.map { .cutOff($0) } ?? .nothing
        case .transition(let transition):
            // No binding of `current`: a second reference would make the append copy all steps.
            guard current?.number == transition.episode,
                current?.transitions.count == Int(transition.step)
            else { return giveUp(on: transition.episode) }
            current?.transitions.append(transition)
            return .nothing
        case .episodeEnd(let end):
            guard var episode = current, episode.number == end.number,
                episode.transitions.count == Int(end.steps)
            else { return giveUp(on: end.number) }
            episode.outcome = end.outcome
            current = nil
            return .complete(episode)
        case .tick, .event, .metrics, .label:
            return .nothing
        }
    }

    /// The episode that was begun and not ended, when nothing more comes.
    var unfinished: Episode? { current }

    private mutating func giveUp(on number: UInt32) -> Step {
        current = nil
        if reported == number { return .nothing }
        reported = number
        return .incomplete(number: number)
    }
}
