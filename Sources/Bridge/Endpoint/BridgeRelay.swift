internal import Platform

/// Carries messages between peers and a bridge as they are, one connection to the bridge for each peer.
///
/// Its owner sees every message and decides what becomes of it: fault injection on a real socket. A peer
/// that is gone is gone for the bridge too. One thread. Allocates.
public final class BridgeRelay {
    /// Which way a message goes.
    public enum Direction: Sendable, Equatable {
        /// From a peer.
        case toBridge
        /// From the bridge.
        case toPeer
    }

    /// One message on its way.
    public struct Message: Sendable, Equatable {
        /// The peer that it is from or for.
        public var peer: PeerID
        /// Which way it goes.
        public var direction: Direction
        /// Its parts; one, unless a peer does not keep the rules.
        public var parts: [[UInt8]]
    }

    /// Where peers connect.
    public let address: String
    private let bridge: String
    private let front: ZeroMQSocket
    private var backs: [PeerID: ZeroMQSocket] = [:]
    private let buffer: UnsafeMutableRawBufferPointer
    private let clock = SystemClock()
    /// Peers carried at a time; the messages of others are dropped.
    static let maximumPeers = 64

    /// Binds `address` for peers; connects to `bridge` when the first peer has said something.
    public init(address: String, bridge: String) throws(BridgeError) {
        try Address.check(bridge)
        front = try ZeroMQSocket(.router, address: address)
        self.address = try front.boundAddress()
        self.bridge = bridge
        buffer = .allocate(byteCount: Wire.maximumFrameByteCount, alignment: 64)
    }

    deinit { buffer.deallocate() }

    /// The next message of either side; nil when none came in time.
    public func next(timeout: Duration) throws(BridgeError) -> Message? {
        let deadline = clock.now + timeout
        while true {
            if let found = try look() { return found }
            let left = deadline - clock.now
            guard left > .zero else { return nil }
            _ = try ZeroMQSocket.wait(for: [front] + backs.values, timeout: left)
        }
    }

    /// Passes a message on; a frame that nobody takes within 50 ms is dropped, a slow-path message, which
    /// may be the first of a connection still being made, within a second.
    public func pass(_ message: Message) throws(BridgeError) {
        let isSlow = message.parts.first?.first == Wire.slowPathMark
        let deadline = clock.now + (isSlow ? .seconds(1) : .milliseconds(50))
        while true {
            let outcome: ZeroMQSocket.Sending
            switch message.direction {
            case .toBridge:
                guard let back = backs[message.peer] else { return }
                outcome = try back.send(parts: message.parts)
            case .toPeer:
                outcome = try front.send(parts: [message.peer.bytes] + message.parts)
            }
            switch outcome {
            case .sent: return
            case .unreachable:
                backs[message.peer] = nil
                return
            case .full:
                if clock.now >= deadline { return }
                clock.sleep(for: .microseconds(200))
            }
        }
    }

    private func look() throws(BridgeError) -> Message? {
        if let parts = try front.receiveParts(with: buffer), let name = parts.first,
            let peer = name.withUnsafeBytes({ PeerID($0) })
        {
            if backs[peer] == nil, backs.count < Self.maximumPeers {
                backs[peer] = try ZeroMQSocket(.dealer, address: bridge)
            }
            return Message(peer: peer, direction: .toBridge, parts: Array(parts.dropFirst()))
        }
        for (peer, back) in backs {
            if let parts = try back.receiveParts(with: buffer) {
                return Message(peer: peer, direction: .toPeer, parts: parts)
            }
        }
        return nil
    }
}

extension PeerID {
    /// The name's bytes.
    var bytes: [UInt8] { withBytes { [UInt8]($0) } }
}
