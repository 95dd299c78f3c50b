/// Why a bridge is not moving; what a sample carries in its stop field.
public enum BridgeStop: UInt16, Sendable, Equatable, CaseIterable {
    /// Not stopped.
    case none = 0
    /// Not yet started, or released.
    case disabled = 1
    /// No valid command arrived within the validity of the last one.
    case watchdog = 2
    /// A `stop` message.
    case requested = 3
    /// A command broke one of the bridge's own limits.
    case limit = 4
    /// The robot's own fault.
    case fault = 5
}
