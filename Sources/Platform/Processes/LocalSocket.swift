internal import CPlatform
internal import Glibc

/// A conversation with another program of this machine: whole messages, both ways.
///
/// Closed with the last reference. One thread at a time; blocking up to a limit; not for the tick.
public final class LocalSocket: Sendable {
    /// Longest message, bytes.
    public static let longestMessage = 4096
    /// The user at the other end, for whoever accepted it; this program's own otherwise.
    public let user: UInt32
    /// The process at the other end, for whoever accepted it; this one otherwise.
    public let process: Int32
    let descriptor: Int32

    init(descriptor: Int32, user: UInt32, process: Int32) {
        self.descriptor = descriptor
        self.user = user
        self.process = process
    }

    deinit { close(descriptor) }

    /// Connects to a program that listens at a path.
    public static func connect(_ path: String) throws(PlatformError) -> LocalSocket {
        var descriptor: Int32 = -1
        let error = hone_local_connect(path, &descriptor)
        if error != 0 { throw .system(attempted: "connect to", subject: path, code: error) }
        return LocalSocket(descriptor: descriptor, user: geteuid(), process: getpid())
    }

    /// Sends one message of at most `longestMessage` bytes; never waits.
    ///
    /// - Throws: also where the other end has not read what was sent before.
    public func send(_ bytes: [UInt8]) throws(PlatformError) {
        let error = hone_local_send(descriptor, bytes, bytes.count)
        if error != 0 {
            throw .system(attempted: "send to", subject: "a local socket", code: error)
        }
    }

    /// The next message; nil when none came in time or the other end is gone.
    public func receive(timeout: Duration) throws(PlatformError) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: Self.longestMessage)
        var count = 0
        let error = hone_local_receive(
            descriptor, &bytes, bytes.count, Self.milliseconds(timeout), &count)
        if error != 0 {
            throw .system(attempted: "receive from", subject: "a local socket", code: error)
        }
        return count > 0 ? Array(bytes[..<count]) : nil
    }

    /// What is there without waiting.
    enum Found {
        case message([UInt8])
        case nothing
        case gone
    }

    /// Looks without waiting.
    func look() -> Found {
        var bytes = [UInt8](repeating: 0, count: Self.longestMessage)
        var (count, gone) = (0, 0 as Int32)
        let error = hone_local_take(descriptor, &bytes, bytes.count, &count, &gone)
        if error != 0 || gone != 0 { return .gone }
        return count > 0 ? .message(Array(bytes[..<count])) : .nothing
    }

    /// A timeout as the shim takes it: whole milliseconds, at least 0.
    static func milliseconds(_ timeout: Duration) -> Int32 {
        Int32(clamping: max(0, timeout.wholeNanoseconds / 1_000_000))
    }
}
