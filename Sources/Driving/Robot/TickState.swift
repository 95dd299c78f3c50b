import Control
import Platform

/// What the tick tells the episode thread: a plain value, newest wins.
struct TickState: Sendable {
    /// Requests carried out so far.
    var handled: UInt64 = 0
    /// The robot.
    var control = ControlStatus()
    var ticks: UInt64 = 0
    var lateTicks: UInt64 = 0
    /// Samples that a newer one has overtaken.
    var overtaken: UInt64 = 0
    /// What came and found no room.
    var lost: UInt64 = 0
    /// Since the robot was first allowed to move; counted once a second.
    var pageFaults = Memory.PageFaults()
}
