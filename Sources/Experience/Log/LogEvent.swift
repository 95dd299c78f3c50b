import Embodiment

/// Something a person may want to read later.
public struct LogEvent: Sendable, Equatable {
    /// How much it matters.
    public var level: EventLevel
    /// Who speaks, such as `guardian` or `learner`.
    public var name: String
    /// One line.
    public var message: String

    /// Creates an event.
    public init(level: EventLevel, name: String, message: String) {
        self.level = level
        self.name = name
        self.message = message
    }
}
