import Embodiment

/// What an episode turned out to be, beside its transitions.
struct EpisodeResult: Sendable {
    /// The episode as it is logged and trained on.
    var episode: Episode
    /// When it happened.
    var times: EpisodeTimes
    /// The critic's value of the first action, where one was asked.
    var initialValue: Float?
}
