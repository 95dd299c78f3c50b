/// What is true at the moment of an event: the guards of the table in `Control/Safety.md` 5.
///
/// Made from times by the guardian, so that the machine itself knows no clock.
public struct SafetyFacts: OptionSet, Sendable, Equatable {
    /// One bit a fact.
    public var rawValue: UInt8
    /// From bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Samples of this epoch have come without interruption for as long as a start needs.
    public static let isFresh = SafetyFacts(rawValue: 1 << 0)
    /// The measured robot is inside its limits.
    public static let isInside = SafetyFacts(rawValue: 1 << 1)
    /// The robot has been at rest for as long as an acknowledgement needs.
    public static let isAtRest = SafetyFacts(rawValue: 1 << 2)
    /// No cause for as long as resuming needs.
    public static let isClear = SafetyFacts(rawValue: 1 << 3)
    /// No cause for as long as an acknowledgement needs.
    public static let isLongClear = SafetyFacts(rawValue: 1 << 4)
    /// The measured robot is where it is held.
    public static let isInPlace = SafetyFacts(rawValue: 1 << 5)
    /// It has been held for longer than a hold may last.
    public static let isHeldTooLong = SafetyFacts(rawValue: 1 << 6)
    /// The acknowledgement is so old that a start does not count any more.
    public static let isStartLate = SafetyFacts(rawValue: 1 << 7)

    /// What a robot needs to be ready.
    public static let ready: SafetyFacts = [.isFresh, .isInside, .isAtRest]
    /// What a held robot needs to go on.
    public static let resume: SafetyFacts = [.isClear, .isInPlace]
}
