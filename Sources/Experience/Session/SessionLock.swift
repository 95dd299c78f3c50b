import Foundation
import Platform

/// The right to run a session: held by one process at a time, gone with it however it ends.
///
/// An advisory lock on `.lock` in the session directory, which nobody but its owner can open; the kernel releases it.
public final class SessionLock {
    private let file: FileDescriptor

    /// Takes the lock of the directory at `path`.
    ///
    /// - Throws: `SessionDirectoryError.locked` when another process has it.
    public init(_ path: String) throws(SessionDirectoryError) {
        let isFree: Bool
        do throws(PlatformError) {
            file = try FileDescriptor(opening: Self.place(path), .update)
            isFree = try file.tryLock()
        } catch { throw .unwritable(path, "\(error)") }
        guard isFree else { throw .locked(path) }
    }

    /// Whether a process runs the session in a directory now; false where there is none, and for other users.
    public static func isHeld(_ path: String) -> Bool { FileDescriptor.probeLock(of: place(path)) }

    private static func place(_ path: String) -> String {
        SessionDirectory(existing: URL(fileURLWithPath: path)).lock.path
    }
}
