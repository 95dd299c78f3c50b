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
    private let descriptor: Int32

    fileprivate init(descriptor: Int32, user: UInt32) {
        self.descriptor = descriptor
        self.user = user
    }

    deinit { close(descriptor) }

    /// Connects to a program that listens at a path.
    public static func connect(_ path: String) throws(PlatformError) -> LocalSocket {
        var descriptor: Int32 = -1
        let error = hone_local_connect(path, &descriptor)
        if error != 0 { throw .system(attempted: "connect to", subject: path, code: error) }
        return LocalSocket(descriptor: descriptor, user: geteuid())
    }

    /// Sends one message of at most `longestMessage` bytes.
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
            descriptor, &bytes, bytes.count, milliseconds(timeout), &count)
        if error != 0 {
            throw .system(attempted: "receive from", subject: "a local socket", code: error)
        }
        return count > 0 ? Array(bytes[..<count]) : nil
    }
}

/// Where other programs of the same user on this machine can reach this one; gone with it.
///
/// A socket in the file system that only its owner may open. One thread at a time.
public final class LocalListener: Sendable {
    /// Where it is.
    public let path: String
    private let descriptor: Int32

    /// Listens at a path where nothing is yet, or what a program left that listens no more.
    public init(at path: String) throws(PlatformError) {
        var made: Int32 = -1
        var error = hone_local_listen(path, &made)
        if error == EADDRINUSE {
            var other: Int32 = -1
            if hone_local_connect(path, &other) == ECONNREFUSED {
                unlink(path)
                error = hone_local_listen(path, &made)
            } else if other >= 0 {
                close(other)
            }
        }
        if error != 0 { throw .system(attempted: "listen at", subject: path, code: error) }
        descriptor = made
        self.path = path
    }

    deinit {
        close(descriptor)
        unlink(path)
    }

    /// The next program that connects; nil when none did in time.
    ///
    /// Programs of other users, but for the administrator, are turned away here.
    public func accept(timeout: Duration) throws(PlatformError) -> LocalSocket? {
        var made: Int32 = -1
        var user: UInt32 = 0
        let error = hone_local_accept(descriptor, milliseconds(timeout), &made, &user)
        if error != 0 { throw .system(attempted: "accept at", subject: path, code: error) }
        guard made >= 0 else { return nil }
        let socket = LocalSocket(descriptor: made, user: user)
        return user == geteuid() || user == 0 ? socket : nil
    }
}

private func milliseconds(_ duration: Duration) -> Int32 {
    Int32(clamping: max(0, duration.wholeNanoseconds / 1_000_000))
}
