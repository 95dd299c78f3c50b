import Platform

/// Why a session is not resumed.
enum ResumeError: Error, HasExitCode, CustomStringConvertible, Sendable {
    /// The session ran to its end.
    case finished(String)
    /// Sessions of this command are short enough to be run again.
    case notResumable(String, command: String?)
    /// The session cannot go on as it was.
    case refused(String, ResumeRefusal)

    /// One sentence: what was tried, what was found, what to do.
    var description: String {
        switch self {
        case .finished(let path):
            "the session in \(path) ran to its end: there is nothing to resume. Start a new one from "
                + "its weights with --weights \(path)."
        case .notResumable(let path, let command):
            "\(path) was made by \(command.map { "`hone \($0)`" } ?? "another command"), and only "
                + "`hone finetune` and `hone demo` can be resumed. What it recorded "
                + "is safe: name it with --data."
        case .refused(let path, let why):
            "the session in \(path) cannot be resumed, and nothing has moved: \(why)."
        }
    }

    /// Of data.
    var exitCode: Int32 { 65 }
}
