/// Who asked something of a bridge: a peer, and the number of its request, which the answer returns.
public struct Asker: Sendable, Hashable {
    /// The peer.
    public let peer: PeerID
    /// The request's number; nil for a peer of version 1, and for a frame.
    public let id: UInt32?

    /// A peer that asked.
    public init(_ peer: PeerID, id: UInt32? = nil) {
        self.peer = peer
        self.id = id
    }
}
