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

    /// The keys that a command line names; nil where it names none.
    ///
    /// - Parameters:
    ///   - secretFile: file with the agent's secret key.
    ///   - bridgeKey: the bridge's public key.
    /// - Throws: as `KeyPair.read`; `needsBoth`, `noPublicKey`.
    public static func read(
        secretFile: String?, bridgeKey: String?
    ) throws(KeyError) -> AgentKeys? {
        guard secretFile != nil || bridgeKey != nil else { return nil }
        guard let secretFile, let bridgeKey else { throw .needsBoth }
        guard let bridge = PublicKey(bridgeKey) else { throw .noPublicKey(bridgeKey) }
        return AgentKeys(own: try KeyPair.read(secretFile: secretFile), bridge: bridge)
    }
}
