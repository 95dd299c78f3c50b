internal import CPlatform
internal import Glibc

/// The path of a local socket: whether a program may listen there.
///
/// The one place that decides it, for the sockets of this module and for everybody who binds one in another way.
/// Blocking, a few system calls; any thread.
public enum LocalPlace {
    /// Makes a path free to listen at: nothing is there, or what was there is the socket of a program that is gone.
    ///
    /// Such a socket is removed. Everything else stays as it is.
    /// - Throws: `PlatformError.notASocket` for a file, a folder or a link, `listened` where a program answers.
    public static func clear(_ path: String) throws(PlatformError) {
        guard try isDeadSocket(path) else { return }
        if unlink(path) != 0 && errno != ENOENT {
            throw .system(attempted: "remove the unused socket", subject: path, code: errno)
        }
    }

    /// The same without changing anything: throws where `clear` would.
    public static func check(_ path: String) throws(PlatformError) { _ = try isDeadSocket(path) }

    /// Refuses a path at which something is that nobody can connect to: no socket, or no right to.
    ///
    /// Nothing at all is fine: whoever is to listen there may come later.
    public static func checkConnectable(_ path: String) throws(PlatformError) {
        var status = stat()
        guard stat(path, &status) == 0 else { return }
        try demandSocket(path, status)
    }

    /// Whether a socket is at `path` at which nobody listens; false where nothing is.
    private static func isDeadSocket(_ path: String) throws(PlatformError) -> Bool {
        var status = stat()
        // Not what a link leads to: the link itself would be replaced.
        guard lstat(path, &status) == 0 else {
            if errno == ENOENT { return false }
            throw .system(attempted: "listen at", subject: path, code: errno)
        }
        try demandSocket(path, status)
        var answers: Int32 = 0
        let error = hone_local_answers(path, &answers)
        // Gone meanwhile.
        if error == ENOENT { return false }
        if error != 0 { throw .system(attempted: "connect to", subject: path, code: error) }
        if answers != 0 { throw .listened(path: path) }
        return true
    }

    private static func demandSocket(_ path: String, _ status: stat) throws(PlatformError) {
        let kind = status.st_mode & S_IFMT
        guard kind != S_IFSOCK else { return }
        let what =
            switch kind {
            case S_IFREG: "a file"
            case S_IFDIR: "a folder"
            case S_IFLNK: "a link"
            default: "something else than a socket"
            }
        throw .notASocket(path: path, what: what)
    }
}
