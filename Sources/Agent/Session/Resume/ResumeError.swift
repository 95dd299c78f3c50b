import Foundation
import Platform

/// Why a session is not resumed.
enum ResumeError: Error, HasExitCode, CustomStringConvertible, Sendable {
    /// The session ran to its end.
    case finished(String)
    /// Sessions of this command are short enough to be run again.
    case notResumable(String, command: String?)
    /// The session cannot go on as it was.
    case refused(String, ResumeRefusal)
    /// The project around the caller is not the session's.
    case otherProject(String, recorded: String, here: String)
    /// Files that are to be followed lie in the session's directory.
    case ownFiles(String, String)
    /// What it was begun with starts a program or chooses the robot, and nobody has allowed it.
    case notAllowed(String, [String])
    /// The same, and a person has said no.
    case declined(String)

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
        case .otherProject(let path, let recorded, let here):
            "the session in \(path.printable) was begun in the project \(recorded.printable), and this is "
                + "\(here.printable): resume it there, or with --project and the folder whose files it is to go by."
        case .ownFiles(let path, let file):
            "the session in \(path.printable) is not resumed: \(file.printable) lies in its own directory, and what "
                + "decides about programs and limits must be yours. Resume it from your project, or with --project."
        case .notAllowed(let path, let words):
            "the session in \(path.printable) was begun with what starts a program or chooses the robot. If you know "
                + "it, add: \(Self.quoted(words))"
        case .declined(let path): "the session in \(path.printable) was not resumed, as you said."
        }
    }

    /// For a shell.
    private static func quoted(_ words: [String]) -> String {
        RecordedOrders.arguments(words).map { word in
            word.hasPrefix("--")
                ? word : "'\(word.printable.replacingOccurrences(of: "'", with: #"'\''"#))'"
        }.joined(separator: " ")
    }

    /// Of data; or of rights.
    var exitCode: Int32 {
        switch self {
        case .notAllowed, .declined: 77
        case .finished, .notResumable, .refused, .otherProject, .ownFiles: 65
        }
    }
}
