internal import CPlatform

/// Everybody who has connected to a listener, heard in turn: none of them keeps another waiting.
///
/// Nothing here waits for a peer. Of who says much a little is heard in each turn, who does not read what is sent to it
/// is let go, and where there are too many the one that has been silent longest makes room, of the program that has the
/// most. Who says nothing costs nothing. One thread; not for the tick.
public final class LocalPeers {
    /// Peers at a time.
    public static let most = 16
    /// Messages of one peer in a turn, and newcomers.
    public static let messagesATurn = 8

    /// What a peer has said.
    public struct Message: Sendable {
        /// Who; no other peer ever has this number.
        public var peer: UInt64
        /// Its process.
        public var process: Int32
        /// The message.
        public var bytes: [UInt8]
    }

    private struct Peer {
        var number: UInt64
        var socket: LocalSocket
    }

    private let listener: LocalListener
    /// Who has been silent longest first.
    private var peers: [Peer] = []
    private var connections: UInt64 = 0

    /// Nobody has connected.
    public init(_ listener: LocalListener) { self.listener = listener }

    /// One turn: what has been said by now, of each peer in its order.
    ///
    /// - Parameters:
    ///   - timeout: how long to wait for the first of it.
    ///   - busy: peers that are not heard in this turn; what they say waits.
    /// - Throws: where nobody can be accepted for a reason that letting a peer go would not mend.
    public func receive(
        timeout: Duration, passingOver busy: Set<UInt64> = []
    ) throws(PlatformError) -> [Message] {
        let heard = peers.filter { !busy.contains($0.number) }
        let descriptors = [listener.descriptor] + heard.map(\.socket.descriptor)
        var ready = [UInt8](repeating: 0, count: descriptors.count)
        let error = hone_local_poll(
            descriptors, &ready, Int32(descriptors.count), LocalSocket.milliseconds(timeout))
        if error != 0 {
            throw .system(attempted: "wait at", subject: listener.path, code: error)
        }
        var speaking = zip(heard, ready.dropFirst()).filter { $0.1 != 0 }.map { $0.0 }
        if ready[0] != 0 { speaking += try welcome() }
        return speaking.flatMap(hear)
    }

    /// Sends a message; a peer that does not read, or is gone, is let go.
    public func send(_ bytes: [UInt8], to number: UInt64) {
        guard let peer = peers.first(where: { $0.number == number }) else { return }
        do throws(PlatformError) { try peer.socket.send(bytes) } catch { letGo(number) }
    }

    private func hear(_ peer: Peer) -> [Message] {
        var messages: [Message] = []
        while messages.count < Self.messagesATurn {
            switch peer.socket.look() {
            case .message(let bytes):
                messages.append(
                    Message(peer: peer.number, process: peer.socket.process, bytes: bytes))
                continue
            case .nothing: break
            case .gone: letGo(peer.number)
            }
            break
        }
        // Who has spoken is the last to make room.
        if !messages.isEmpty, let place = peers.firstIndex(where: { $0.number == peer.number }) {
            peers.append(peers.remove(at: place))
        }
        return messages
    }

    private func welcome() throws(PlatformError) -> [Peer] {
        var newcomers: [Peer] = []
        while newcomers.count < Self.messagesATurn {
            do throws(PlatformError) {
                guard let socket = try listener.accept(timeout: .zero) else { break }
                makeRoom()
                connections += 1
                newcomers.append(Peer(number: connections, socket: socket))
                peers.append(Peer(number: connections, socket: socket))
            } catch {
                // Out of descriptors, perhaps: with one less there may be one.
                guard let silent = peers.first else { throw error }
                letGo(silent.number)
                break
            }
        }
        return newcomers
    }

    private func makeRoom() {
        guard peers.count >= Self.most else { return }
        var counts: [Int32: Int] = [:]
        for peer in peers { counts[peer.socket.process, default: 0] += 1 }
        let most = counts.values.max()
        if let place = peers.firstIndex(where: { counts[$0.socket.process] == most }) {
            peers.remove(at: place)
        }
    }

    private func letGo(_ number: UInt64) { peers.removeAll { $0.number == number } }
}
