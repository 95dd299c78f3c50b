public import Embodiment
public import Platform

/// A peer that sends what it likes and sees everything that comes back: for conformance tests.
///
/// Unlike `BridgeClient` it keeps no rules: it sends damaged frames, foreign sessions and messages of
/// several parts, takes no sample for newer than another, and notes when each message arrived. One
/// thread. Allocates.
public final class BridgeProbe {
    /// One message of the bridge.
    public enum Event: Sendable, Equatable {
        /// A sample with all numbers finite.
        case sample(SensorSample)
        /// A slow-path message, and the number it carries.
        case message(BridgeMessage, id: UInt32?)
        /// An empty message: the bridge looks whether this peer is connected.
        case empty
        /// What no bridge may send, and why.
        case unreadable(String)
    }

    /// A message with the time it was taken from the socket.
    public struct Arrival: Sendable {
        /// What came.
        public var event: Event
        /// When, by this machine's clock.
        public var time: MonotonicTime
    }

    /// The bridge's account of itself; sizes of samples and commands follow from it.
    public var description: BridgeDescription? {
        didSet {
            guard let description else { return }
            samples = SampleCodec(
                axes: description.axes.count, features: description.features.count)
            commands = CommandCodec(axes: description.axes.count)
        }
    }
    /// Bytes of a command, for tests that damage them.
    public private(set) var commands = CommandCodec(axes: 0)
    private var samples = SampleCodec(axes: 0, features: 0)
    private let socket: ZeroMQSocket
    private let clock = SystemClock()
    private let buffer: UnsafeMutableRawBufferPointer

    /// Connects; returns at once.
    ///
    /// - Parameter keys: for an encrypted connection.
    public init(address: String, keys: AgentKeys? = nil) throws(BridgeError) {
        socket = try ZeroMQSocket(
            .dealer, address: address, protection: keys.map(Protection.agent) ?? .open)
        buffer = .allocate(byteCount: Wire.maximumFrameByteCount, alignment: 64)
    }

    deinit { buffer.deallocate() }

    /// Sends a slow-path message, without a number as agents of version 1 do.
    public func send(_ message: AgentMessage, id: UInt32? = nil) throws(BridgeError) {
        try send(parts: [try SlowPath.encode(Numbered(message, id: id))])
    }

    /// Sends a command of the described axes.
    public func send(_ command: Command) throws(BridgeError) { try send(parts: [bytes(command)]) }

    /// Sends bytes as they are, waiting up to a second for room.
    public func send(parts: [[UInt8]]) throws(BridgeError) {
        let deadline = clock.now + .seconds(1)
        while try socket.send(parts: parts) != .sent {
            if clock.now >= deadline {
                throw .queueFull(attempted: "send a probe", address: socket.address)
            }
            _ = try socket.waitUntilWritable(timeout: .milliseconds(10))
        }
    }

    /// A command as a frame.
    public func bytes(_ command: Command) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: commands.byteCount)
        _ = bytes.withUnsafeMutableBytes { commands.encode(command, into: $0) }
        return bytes
    }

    /// The next message of the bridge, oldest first; nil when none came in time.
    public func next(within timeout: Duration) throws(BridgeError) -> Arrival? {
        let deadline = clock.now + timeout
        while true {
            if let parts = try socket.receiveParts(with: buffer) {
                return Arrival(event: read(parts), time: clock.now)
            }
            let left = deadline - clock.now
            guard left > .zero else { return nil }
            _ = try ZeroMQSocket.wait(for: [socket], timeout: left)
        }
    }

    private func read(_ parts: [[UInt8]]) -> Event {
        guard parts.count == 1, let bytes = parts.first else {
            return .unreadable("a message has \(parts.count) parts where 1 is expected")
        }
        if bytes.isEmpty { return .empty }
        return bytes.withUnsafeBytes { frame in
            if frame.first == Wire.slowPathMark {
                switch SlowPath.decode(frame, as: Numbered<BridgeMessage>.self) {
                case .success(let answer): return .message(answer.message, id: answer.id)
                case .failure(let error): return .unreadable("\(error)")
                }
            }
            var sample = SensorSample(axes: samples.axes, features: samples.features)
            do throws(WireError) {
                try samples.decode(frame, into: &sample)
                return .sample(sample)
            } catch { return .unreadable("\(error)") }
        }
    }
}
