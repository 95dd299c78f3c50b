internal import CPlatform
internal import Glibc

/// Where other programs of the same user on this machine can reach this one; gone with it.
///
/// A socket in the file system that only its owner may open. One thread at a time.
public final class LocalListener: Sendable {
    /// Where it is.
    public let path: String
    let descriptor: Int32
    /// Device and number of the socket's entry in its folder.
    private let own: [UInt64]?

    /// Listens at a path where nothing is yet, or what a program left that listens no more.
    ///
    /// - Throws: `PlatformError` as `LocalPlace.clear` does, or what the system refused.
    public init(at path: String) throws(PlatformError) {
        try LocalPlace.clear(path)
        var made: Int32 = -1
        let error = hone_local_listen(path, &made)
        if error != 0 { throw .system(attempted: "listen at", subject: path, code: error) }
        descriptor = made
        self.path = path
        own = Self.identity(of: path)
    }

    deinit {
        close(descriptor)
        // What somebody else has put there meanwhile is not this one's to remove.
        if let own, own == Self.identity(of: path) { unlink(path) }
    }

    private static func identity(of path: String) -> [UInt64]? {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        return [UInt64(status.st_dev), UInt64(status.st_ino)]
    }

    /// The next program that connects; nil when none did in time.
    ///
    /// Programs of other users, but for the administrator, are turned away here.
    public func accept(timeout: Duration) throws(PlatformError) -> LocalSocket? {
        var made: Int32 = -1
        var user: UInt32 = 0
        var process: pid_t = 0
        let error = hone_local_accept(
            descriptor, LocalSocket.milliseconds(timeout), &made, &user, &process)
        if error != 0 { throw .system(attempted: "accept at", subject: path, code: error) }
        guard made >= 0 else { return nil }
        let socket = LocalSocket(descriptor: made, user: user, process: process)
        return user == geteuid() || user == 0 ? socket : nil
    }
}
