import Embodiment

/// The keys of an encrypted connection to a bridge.
public struct CurveSettings: Sendable, Equatable {
    /// File with the agent's secret key, relative to the project; read when a session begins.
    public var secretKeyFile: String
    /// Who the bridge must be.
    public var bridgeKey: PublicKey
}
