import Platform

/// Why a running session did not do what a person asked of it.
enum OperatorError: Error, HasExitCode, CustomStringConvertible, Sendable {
    /// No session runs there, or it does not answer.
    case notRunning(String, String)
    /// It did not do what it was asked.
    case refused(String, String)

    /// One sentence: what was tried, what was found, what to do.
    var description: String {
        switch self {
        case .notRunning(let path, let why):
            "cannot reach a running session in \(path.printable): \(why). "
                + "Name the directory of a session that runs now."
        case .refused(let act, let why): "\(act) refused: \(why)"
        }
    }

    /// Unavailable.
    var exitCode: Int32 { 69 }
}
