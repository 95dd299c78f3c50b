import Platform

/// Why there is no bridge that the agent started itself.
public enum BridgeProcessError: Error, HasExitCode, CustomStringConvertible, Sendable {
    /// The folder for its socket cannot be made.
    case noFolder(String, errno: Int32)
    /// The command line cannot be run.
    case cannotStart([String], PlatformError)
    /// It has ended while it was needed; what it said is in the folder.
    case ended(code: Int32, log: String)

    /// One sentence: what was tried, what was found, what to do.
    public var description: String {
        switch self {
        case .noFolder(let folder, let errno):
            "the bridge program: cannot make \(folder) for its socket: errno \(errno)"
        case .cannotStart(let words, let error):
            "the bridge program: cannot start \(words.joined(separator: " ")): \(error)"
        case .ended(let code, let log):
            "the bridge program: it ended with code \(code) in the middle of the session; "
                + "what it said is in \(log)"
        }
    }

    /// Unavailable.
    public var exitCode: Int32 { 69 }
}
