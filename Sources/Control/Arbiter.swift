import Embodiment

/// Decides, each tick anew, who acts: a pure function of a few facts, logged with the tick.
///
/// The guardian comes first, then what the robot is asked to do, then who may do it. Neither allocates nor
/// asks the time; any thread.
public enum Arbiter {
    /// What the decision depends on, and nothing else.
    public struct Facts: Sendable, Equatable {
        /// Where the safety state machine is.
        public var state: SafetyState
        /// What the robot is asked to do.
        public var mode: ControlMode
        /// Whose step is being carried out, in `track`.
        public var driver: Driver
        /// A person takes the step over from the policy.
        public var isCorrected: Bool
        /// The step is being carried out, or ended so lately that the next may still come.
        public var isPatient: Bool
        /// The commanded robot stands outside its limits, where no limiter can move it.
        public var isOutside: Bool

        /// Creates facts.
        public init(
            state: SafetyState, mode: ControlMode, driver: Driver, isCorrected: Bool = false,
            isPatient: Bool = true, isOutside: Bool = false
        ) {
            self.state = state
            self.mode = mode
            self.driver = driver
            self.isCorrected = isCorrected
            self.isPatient = isPatient
            self.isOutside = isOutside
        }
    }

    /// Who acts.
    public static func party(_ facts: Facts) -> ActingParty {
        switch facts.state {
        case .boot, .selfTest, .standby, .ready, .shutdown: return .nobody
        case .hold, .protectiveStop, .fault, .recovery: return .guardian
        case .active: break
        }
        switch facts.mode {
        case .hold: return .nobody
        case _ where facts.isOutside: return .guardian
        case .home: return .homing
        case .play: return .replay
        case .track: return facts.isPatient ? stepParty(facts) : .nobody
        }
    }

    private static func stepParty(_ facts: Facts) -> ActingParty {
        switch facts.driver {
        case .imitation, .guided: facts.isCorrected ? .intervention : .policy
        case .operatorAction: .operatorAction
        case .homing: .homing
        case .replay: .replay
        // A step of nobody in particular is one of a program's own, as in the guardian's test of itself.
        case .nobody: .policy
        }
    }
}

extension ActingParty {
    /// Whether the robot moves towards a wish; otherwise it brakes, or the guardian moves it.
    var moves: Bool {
        switch self {
        case .policy, .operatorAction, .intervention, .homing, .replay: true
        case .nobody, .guardian: false
        }
    }
}
