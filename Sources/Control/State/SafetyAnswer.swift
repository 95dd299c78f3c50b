/// What became of an event or request.
public enum SafetyAnswer: UInt8, Sendable, Equatable, CaseIterable {
    /// Done, or so already.
    case accepted = 0
    /// Nothing changes.
    case unchanged = 1
    /// Another party's act.
    case notAllowed = 2
    /// Not from this state.
    case wrongState = 3
    /// The cause that was named is not the one that stopped the robot.
    case wrongCause = 4
    /// The cause is still there, or was a moment ago.
    case causeRemains = 5
    /// The robot has not been at rest for long enough.
    case notAtRest = 6
    /// Too long after the acknowledgement: acknowledge again.
    case tooLate = 7
    /// Asked about a state that has passed.
    case stale = 8
    /// Samples, limits or rest do not allow a start yet.
    case notReady = 9
    /// Only a new process clears this.
    case never = 10
    /// The robot's time does not go by a clock, so no person can come and let it go on.
    case noClock = 11

    /// One sentence for the person who asked.
    public var explanation: String {
        switch self {
        case .accepted: "done"
        case .unchanged: "nothing changes"
        case .notAllowed: "only an operator may do this"
        case .wrongState: "not possible in this state"
        case .wrongCause: "this is not the cause that stopped the robot; read the status again"
        case .causeRemains: "the cause is still there, or was a moment ago; wait a second"
        case .notAtRest: "the robot is not at rest yet; wait a second"
        case .tooLate: "the acknowledgement is too old; acknowledge again, then start"
        case .stale: "the state has changed since it was read; read the status again"
        case .notReady:
            "not ready yet: samples must have come for a second, the robot at rest inside its limits"
        case .noClock: "in lockstep the robot's time waits for its agent: there is stop alone"
        case .never: "this ends the session; start a new one"
        }
    }
}
