import Control
import Embodiment

/// What the episode thread may ask of the tick; carried out at the next tick.
enum TickRequest: Sendable {
    case hold
    /// Hold until a person starts the robot again.
    case wait(StopCause)
    case home
    case resynchronise
    case stop
    /// The session's script lets a robot move that is ready.
    case start
    /// A new epoch has been agreed with the bridge.
    case prepare(UInt32)
    /// The bridge would not agree to a new epoch.
    case refused
    /// Follow somebody for the steps of an episode.
    case follow(Course)
    /// No further step.
    case endCourse
    case play(Motion)
}
