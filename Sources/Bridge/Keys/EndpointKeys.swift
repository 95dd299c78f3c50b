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

/// What a bridge needs for encrypted connections: its own pair, and whom it admits.
public struct BridgeKeys: Sendable {
    /// Who the bridge is; agents must know its public half.
    public let own: KeyPair
    /// Whether the holder of a key is admitted; called on the thread that authenticates.
    let admits: @Sendable (PublicKey) -> Bool

    /// Keys of a bridge that admits those on a list.
    public init(own: KeyPair, allowed: AllowList) {
        self.init(own: own, admits: { allowed.contains($0) })
    }

    /// For tests: a bridge with a rule of its own.
    init(own: KeyPair, admits: @escaping @Sendable (PublicKey) -> Bool) {
        self.own = own
        self.admits = admits
    }
}
