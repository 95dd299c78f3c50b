import Platform

/// The right to run a session: held by one process at a time, gone with it however it ends.
///
/// An advisory lock on the session directory itself; the kernel releases it.
public final class SessionLock {
    private let directory: FileDescriptor

    /// Takes the lock of the directory at `path`.
    ///
    /// - Throws: `SessionDirectoryError.locked` when another process has it.
    public init(_ path: String) throws(SessionDirectoryError) {
        let isFree: Bool
        do throws(PlatformError) {
            directory = try FileDescriptor(opening: path, .read)
            isFree = try directory.tryLock()
        } catch { throw .unwritable(path, "\(error)") }
        guard isFree else { throw .locked(path) }
    }

    /// Whether a process runs the session in a directory now; false where there is none.
    public static func isHeld(_ path: String) -> Bool {
        do throws(SessionDirectoryError) { _ = try SessionLock(path) } catch {
            if case .locked = error { return true }
        }
        return false
    }
}
