import Embodiment

/// Anything a session log holds; what a producing thread records and a reader gives back.
public enum LogRecord: Sendable, Equatable {
    /// Topic `/episode`.
    case episodeStart(EpisodeStart)
    /// Topic `/transition`.
    case transition(Transition)
    /// Topic `/episode`.
    case episodeEnd(EpisodeEnd)
    /// Topic `/tick`.
    case tick(TickRecord)
    /// Topic `/event`.
    case event(LogEvent)
    /// Topic `/learner/metrics`.
    case metrics(MetricsRecord)
    /// Topic `/episode/label`.
    case label(EpisodeLabel)
}
