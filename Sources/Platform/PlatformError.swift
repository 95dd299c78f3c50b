internal import Glibc

/// What the machine refused; thrown by everything in this module that can fail.
public enum PlatformError: Error, Equatable, Sendable {
    /// The kernel refused a call: what was attempted, on what, and the error number.
    case system(attempted: String, subject: String, code: Int32)
    /// A file is larger than its reader allows.
    case fileTooLarge(path: String, byteCount: Int, limit: Int)
    /// A file ended before the bytes that were asked for.
    case endOfFile(path: String, expected: Int, found: Int)
    /// A file that only names what is kept elsewhere: what Git LFS leaves where the file itself was not fetched.
    case gitLFSPointer(path: String)
    /// Where a local socket was to be there is something else, which stays as it is.
    case notASocket(path: String, what: String)
    /// What only its owner's programs make is another's, or is a link, a pipe, a device or known by a second name.
    case foreign(path: String)
    /// What was to be read is something else than a file: a pipe, a device.
    case notAFile(path: String, what: String)
    /// Where a local socket was to be a program listens already.
    case listened(path: String)
}

extension PlatformError: CustomStringConvertible {
    /// What was attempted, what was found, what to do.
    public var description: String {
        switch self {
        case .system(let attempted, let subject, let code):
            "could not \(attempted) \(subject.printable): \(Self.text(of: code))\(Self.advice(for: code))"
        case .fileTooLarge(let path, let byteCount, let limit):
            "could not read \(path.printable): it has \(byteCount) bytes and at most \(limit) are read; "
                + "is it the right file?"
        case .endOfFile(let path, let expected, let found):
            "could not read \(path.printable): \(expected) bytes were expected and \(found) found; "
                + "the file is cut short"
        case .gitLFSPointer(let path):
            "\(path.printable) is a Git LFS pointer, not the file itself: run git lfs pull in its repository, "
                + "or fetch the file from where it was published"
        case .notAFile(let path, let what):
            "could not read \(path.printable): it is \(what); name a file"
        case .notASocket(let path, let what):
            "there can be no socket at \(path.printable): \(what) is there, and stays as it is; name another path"
        case .foreign(let path):
            "\(path.printable) is another user's, or a link or something else where this program keeps a plain file or folder: "
                + "it was left alone; look who put it there"
        case .listened(let path):
            "there can be no other socket at \(path.printable): a program listens there; end that program first, "
                + "or name another path"
        }
    }

    /// The system's text for an error number.
    public static func text(of code: Int32) -> String {
        guard let text = strerror(code) else { return "error \(code)" }
        return "\(String(cString: text)) (error \(code))"
    }

    private static func advice(for code: Int32) -> String {
        switch code {
        case ENOENT: "; check the path"
        case EACCES, EPERM: "; check owner and permissions, or run with the right to"
        case ENOSPC: "; free some space on that disk"
        case EMFILE, ENFILE: "; raise the limit of open files (ulimit -n)"
        case ENOMEM: "; raise the limit of locked memory (ulimit -l) or free memory"
        default: ""
        }
    }
}
