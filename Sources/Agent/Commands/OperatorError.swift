import Platform

/// Why a running session did not do what a person asked of it.
enum OperatorError: Error, HasExitCode, CustomStringConvertible, Sendable {
    /// No session runs there, or it does not answer.
    case notRunning(String, String)
    /// The session is over, as its report has it, or without one; the command that resumes it.
    case ended(String, String?, resume: String?)
    /// It did not do what it was asked.
    case refused(String, String)

    /// One sentence: what was tried, what was found, what to do.
    var description: String {
        switch self {
        case .notRunning(let path, let why):
            "cannot reach a running session in \(path.printable): \(why). "
                + "Name the directory of a session that runs now."
        case .ended(let path, let how, let resume):
            "the session in \(path.printable) is over: "
                + (how.map { "\($0.printable); its report is \(path.printable)/report.html" }
                    ?? "its process was ended before it wrote a report")
                + (resume.map { ". To continue: hone \($0) --resume \(path.printable)" } ?? "")
        case .refused(let act, let why): "\(act) refused: \(why)"
        }
    }

    /// Unavailable.
    var exitCode: Int32 { 69 }
}
