import Bridge
import Platform

/// Why there is no bridge that the agent started itself.
public enum BridgeProcessError: Error, HasExitCode, CustomStringConvertible, Sendable {
    /// The folder for its socket cannot be made.
    case noFolder(String, errno: Int32)
    /// It cannot listen where it was to.
    case badPlace(BridgeError)
    /// The command line cannot be run.
    case cannotStart([String], PlatformError)
    /// It has ended while it was needed: what it said last, and the file with all that it said.
    case ended(code: Int32, words: LastWords, log: String)

    /// One sentence: what was tried, what was found, what to do.
    public var description: String {
        switch self {
        case .noFolder(let folder, let errno):
            "the bridge program: cannot make \(folder) for its socket: \(PlatformError.text(of: errno))"
        case .badPlace(let error): "the bridge program: \(error)"
        case .cannotStart(let words, let error):
            "the bridge program: cannot start \(words.joined(separator: " ").printable): \(error)"
                + Self.advice(for: words.first ?? "", error)
        case .ended(let code, let words, let log):
            "the bridge program: it ended with code \(code)"
                + (words.line.map { ". It said last: \($0)" } ?? " and said nothing")
                + "; all of it is in \(log)"
        }
    }

    /// A program that is there and of which the system says that it is not.
    private static func advice(for program: String, _ error: PlatformError) -> String {
        guard case .system(_, _, let code) = error else { return "" }
        if !program.contains("/") {
            return code == 2
                ? ": no folder of PATH has it; a program of the project is written with a slash, such as ./\(program.printable)"
                : ""
        }
        guard Files.exists(program) else { return "" }
        switch code {
        case 2: return ": the file is there, the program that its first line names is not"
        case 8:
            return "; its first line must name the program that runs it, such as "
                + "#!/usr/bin/env python3"
        default: return ""
        }
    }

    /// Unavailable.
    public var exitCode: Int32 { 69 }
}
