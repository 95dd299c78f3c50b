import Driving
import Embodiment

/// An episode that could not be finished, with what was lived of it.
struct EpisodeFailure: Error, Sendable {
    /// Why.
    var error: RobotError
    /// What there is, outcome `aborted`: logged, never trained on.
    var episode: Episode
    /// When it happened, up to there.
    var times: EpisodeTimes
}
