import Platform

/// Why a session cannot be kept in a directory, or found in one.
public enum SessionDirectoryError: Error, HasExitCode, CustomStringConvertible, Sendable {
    /// A session is already there.
    case exists(String)
    /// Something is there that is no session, told in a few words.
    case occupied(String, String)
    /// The place is inside a session.
    case within(String, session: String)
    /// A directory that was to be resumed holds no session.
    case noSession(String)
    /// The directory, or a file of it, cannot be written.
    case unwritable(String, String)
    /// Another process runs the session.
    case locked(String)
    /// Too little room on the disk to begin, or to go on.
    case diskLow(String, bytes: UInt64)

    /// One sentence: what was tried, what was found, what to do.
    public var description: String {
        switch self {
        case .exists(let path):
            "\(path.printable) already holds a session, and sessions are never overwritten. "
                + "Choose another with --directory."
        case .occupied(let path, let why):
            "\(path.printable) \(why), and nothing of yours is added to or replaced. "
                + "Name a new directory or an empty one."
        case .within(let path, let session):
            "\(path.printable) is inside the session \(session.printable), which nothing is added to. "
                + "Name a place outside of it."
        case .noSession(let path):
            "\(path.printable) holds no session to resume: there is no session.json. Name the directory that "
                + "an interrupted session wrote."
        case .unwritable(let path, let why):
            "cannot write the session directory \(path.printable): \(why)"
        case .locked(let path):
            "another hone is running the session in \(path.printable). Wait for its end, or end it first."
        case .diskLow(let path, let bytes):
            "the disk of \(path.printable) has \(bytes >> 20) MiB left, and a session wants "
                + "\(SessionDirectory.reserveBytes >> 20) MiB for its log and its checkpoints: make room"
        }
    }

    /// 66 no input, 73 cannot create, 74 disk.
    public var exitCode: Int32 {
        switch self {
        case .noSession: 66
        case .exists, .occupied, .within, .unwritable, .locked: 73
        case .diskLow: 74
        }
    }
}
