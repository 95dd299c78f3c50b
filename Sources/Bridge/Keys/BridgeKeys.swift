internal import Embodiment

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
