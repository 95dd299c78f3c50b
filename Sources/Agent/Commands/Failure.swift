import Foundation
import Platform
import Report

/// How the program ends when something failed: a sentence on standard error, a code from sysexits.
public enum Failure {
    /// Ends the process.
    ///
    /// - Parameter parsed: what is to be said of an error of the parser's, and its code; of help and versions 0.
    public static func exit(
        with error: any Error, parsed: (any Error) -> (text: String, code: Int32)
    ) -> Never {
        if let code = code(of: error) {
            say(sentence(of: error))
            if error is LearnerHangs { LearnerHangs.leave() }
            end(with: code)
        }
        let (text, code) = parsed(error)
        let line = text.isEmpty || text.hasSuffix("\n") ? text : text + "\n"
        if code == 0 {
            Terminal.writeToStandardOutput(line)
        } else {
            Terminal.writeToStandardError(line)
        }
        end(with: code)
    }

    /// Ends the process with this code, or with that of output that was lost where nothing else failed.
    public static func end(with code: Int32) -> Never {
        guard let lost = StandardStream.failure else { Foundation.exit(code) }
        say("\(lost)")
        Foundation.exit(code == 0 ? lost.exitCode : code)
    }

    /// An error in words: those of the system's library say what it calls them, not what happened.
    static func sentence(of error: any Error) -> String {
        if error is DecodingError || error is EncodingError { return JSONFault.words(of: error) }
        let found = error as NSError
        guard found.domain == NSCocoaErrorDomain || found.domain == NSPOSIXErrorDomain else {
            return "\(error)"
        }
        let path = found.userInfo[NSFilePathErrorKey] as? String
        let below = found.userInfo[NSUnderlyingErrorKey] as? NSError ?? found
        let reason =
            below.domain == NSPOSIXErrorDomain
            ? PlatformError.text(of: Int32(below.code)) : found.localizedDescription
        return (path.map { "\($0.printable): " } ?? "") + reason
    }

    private static func say(_ sentence: String) {
        Terminal.writeToStandardError(Terminal.standardError().red("hone: ") + sentence + "\n")
    }

    /// 64 usage, 65 data, 66 no input, 69 unavailable, 70 software, 73 cannot create, 74 disk,
    /// 75 a learner that hangs, 76 protocol, 77 permission, 78 configuration, 130 interrupted; nil for errors that are not Hone's.
    public static func code(of error: any Error) -> Int32? {
        if let error = error as? any HasExitCode { return error.exitCode }
        // Usage and help are the parser's to tell.
        return String(reflecting: type(of: error)).hasPrefix("ArgumentParser.") ? nil : 70
    }
}
