/// Where the robot's bridge is and how long it may take to answer.
public struct BridgeSettings: Sendable, Equatable {
    /// ZeroMQ endpoint to connect to: `ipc://…` or `tcp://host:port`; empty lets the agent choose a
    /// private one for the bridge that it starts.
    public var endpoint: String
    /// Keys of an encrypted connection; nil for one that only this machine can make.
    public var curve: CurveSettings?
    /// Argument list that starts the bridge, empty when somebody else does.
    ///
    /// In each word the agent replaces `{endpoint}`, `{task}` and `{seed}`.
    public var command: [String]
    /// The bridge waits for commands and advances one period for each.
    public var isLockstep: Bool
    /// How long the handshake may take, from starting the bridge on.
    public var connectSeconds: Double
    /// How long resetting the scene may take (wall time).
    public var resetSeconds: Double
    /// Silence after which the bridge is taken for dead (wall time).
    public var silenceSeconds: Double
}
