internal import Glibc

/// What the machine refused; thrown by everything in this module that can fail.
public enum PlatformError: Error, Equatable, Sendable {
    /// The kernel refused a call: what was attempted, on what, and the error number.
    case system(attempted: String, subject: String, code: Int32)
    /// A file is larger than its reader allows.
    case fileTooLarge(path: String, byteCount: Int, limit: Int)
    /// A file ended before the bytes that were asked for.
    case endOfFile(path: String, expected: Int, found: Int)
}

extension PlatformError: CustomStringConvertible {
    /// What was attempted, what was found, what to do.
    public var description: String {
        switch self {
        case .system(let attempted, let subject, let code):
            "could not \(attempted) \(subject): \(Self.text(of: code))\(Self.advice(for: code))"
        case .fileTooLarge(let path, let byteCount, let limit):
            "could not read \(path): it has \(byteCount) bytes and at most \(limit) are read; "
                + "is it the right file?"
        case .endOfFile(let path, let expected, let found):
            "could not read \(path): \(expected) bytes were expected and \(found) found; "
                + "the file is cut short"
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
