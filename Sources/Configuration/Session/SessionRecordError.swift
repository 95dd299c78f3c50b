import Platform

/// Why a `session.json` cannot be read back.
public enum SessionRecordError: Error, HasExitCode, CustomStringConvertible, Sendable {
    /// There is no such file, or it cannot be read.
    case unreadable(PlatformError)
    /// It is not what a session writes.
    case notASession(String, String)

    /// One sentence: what was tried, what was found, what to do.
    public var description: String {
        switch self {
        case .unreadable(let error): "\(error). Name the directory of a session."
        case .notASession(let path, let why):
            "\(path.printable) cannot be used as a session: \(why)"
        }
    }

    /// 65 data, 66 no input.
    public var exitCode: Int32 {
        switch self {
        case .unreadable: 66
        case .notASession: 65
        }
    }
}
