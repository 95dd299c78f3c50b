import Foundation
import Platform
import Report

/// The learner's thread did not end with its session.
///
/// A thread cannot be killed, and one that may be computing must not meet the exit handlers of OpenBLAS,
/// which free what it computes with: with this error the process leaves at once, once all is on the disk.
struct LearnerHangs: Error, HasExitCode, CustomStringConvertible {
    /// How long it was waited for, s.
    var seconds: Double
    /// What ended the session otherwise; nil where nothing did.
    var reason: String?

    /// sysexits: a failure that another try may not meet.
    static let exitCode: Int32 = 75
    /// See the static one.
    var exitCode: Int32 { Self.exitCode }

    /// One sentence.
    var description: String {
        let before = reason.map { "\($0). Besides, " } ?? ""
        return before
            + "the learner's thread did not end within \(NumberText.duration(seconds)): it hangs and is "
            + "given up. Log and report are complete; updates since the last resume point are lost. Check "
            + "the disk and the machine, then resume the session"
    }

    /// Ends the process without its exit handlers.
    static func leave() -> Never { _exit(exitCode) }
}
