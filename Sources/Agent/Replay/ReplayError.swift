import Embodiment
import Platform

/// Why a recorded session cannot be replayed, or was not the same again.
enum ReplayError: Error, HasExitCode, CustomStringConvertible, Sendable {
    /// Something that was named is no session, or no whole one.
    case notASession(String, String)
    /// What was recorded on one robot was to be used on another.
    case otherRobot(String, differences: [String])
    /// Decisions that could not be made again, or came out otherwise; a sentence of the check.
    case notVerified(String)

    /// One sentence: what was tried, what was found, what to do.
    var description: String {
        switch self {
        case .notASession(let path, let why): "\(path) cannot be used as a session: \(why)"
        case .otherRobot(let path, let differences):
            "\(path) was recorded on another robot:" + Compatibility.itemised(differences)
        case .notVerified(let why): why
        }
    }

    /// Of data.
    var exitCode: Int32 { 65 }
}
