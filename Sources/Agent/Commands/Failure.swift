import Foundation
import Platform
import Report

/// How the program ends when something failed: a sentence on standard error, a code from sysexits.
public enum Failure {
    /// Ends the process; `fallback` handles what is not ours (usage, help).
    public static func exit(with error: any Error, fallback: () -> Never) -> Never {
        guard let code = code(of: error) else { fallback() }
        let terminal = Terminal.standardError()
        Terminal.writeToStandardError(
            terminal.red("hone: ") + "\(error)\n")
        if error is LearnerHangs { LearnerHangs.leave() }
        Foundation.exit(code)
    }

    /// 64 usage, 65 data, 66 no input, 69 unavailable, 70 software, 73 cannot create, 74 disk,
    /// 75 a learner that hangs, 76 protocol, 77 permission, 78 configuration, 130 interrupted; nil for errors that are not Hone's.
    public static func code(of error: any Error) -> Int32? {
        if let error = error as? any HasExitCode { return error.exitCode }
        // Usage and help are the parser's to tell.
        return String(reflecting: type(of: error)).hasPrefix("ArgumentParser.") ? nil : 70
    }
}
