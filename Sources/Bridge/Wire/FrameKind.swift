/// What a hot frame is.
public enum FrameKind: UInt8, Sendable, Equatable, CaseIterable {
    /// A `SensorSample`, bridge to agent.
    case sample = 1
    /// A `Command`, agent to bridge.
    case command = 2
}
