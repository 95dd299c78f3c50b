/// How bad a cause is, and so what is done about it: the lattice of `Control/Safety.md` 5.
///
/// The action that is carried out is the greatest among the active causes.
public enum Severity: UInt8, Sendable, Equatable, Comparable, CaseIterable {
    /// Nothing.
    case none = 0
    /// Worth telling; nothing changes.
    case warn = 1
    /// The robot moves more slowly.
    case slow = 2
    /// A controlled stop with power on, which may end by itself within a budget.
    case hold = 3
    /// A latched stop, which a person ends.
    case protectiveStop = 4
    /// The same, and the bridge is told to stop too: commands may not reach the robot any more.
    case requestPowerOff = 5
    /// The agent does not trust itself any more: only a new process moves again.
    case fault = 6

    /// Less severe is less.
    public static func < (left: Severity, right: Severity) -> Bool {
        left.rawValue < right.rawValue
    }
}
