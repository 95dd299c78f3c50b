public import Embodiment

/// What an agent needs for an encrypted connection: its own pair and the bridge's public key.
public struct AgentKeys: Sendable, Equatable {
    /// Who the agent is; the bridge must have it on its list.
    public var own: KeyPair
    /// Who the bridge must be.
    public var bridge: PublicKey

    /// Creates the keys of one connection.
    public init(own: KeyPair, bridge: PublicKey) {
        self.own = own
        self.bridge = bridge
    }
}
