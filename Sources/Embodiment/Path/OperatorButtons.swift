/// Buttons of a person at the bridge that are pressed while a sample is taken.
///
/// All but `stop` act when they go down; `stop` holds the robot stopped as long as it is pressed.
public struct OperatorButtons: OptionSet, Sendable, Hashable {
    /// One bit a button.
    public var rawValue: UInt8
    /// From bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Stop, and stay so.
    public static let stop = OperatorButtons(rawValue: 1 << 0)
    /// Brake and wait.
    public static let hold = OperatorButtons(rawValue: 1 << 1)
    /// The cause of the stop has been removed.
    public static let acknowledge = OperatorButtons(rawValue: 1 << 2)
    /// Move.
    public static let start = OperatorButtons(rawValue: 1 << 3)
    /// Move slowly back inside the limits.
    public static let recover = OperatorButtons(rawValue: 1 << 4)
    /// Every button there is.
    public static let all = OperatorButtons(rawValue: 0b11111)
}
