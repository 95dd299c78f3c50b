import Configuration
import Embodiment

/// One line of `hone doctor`.
struct Finding: Sendable, Equatable {
    /// What was looked at.
    var name: String
    /// What was found.
    var value: String
    /// What to do; nil where nothing need be done.
    var advice: String?
}
