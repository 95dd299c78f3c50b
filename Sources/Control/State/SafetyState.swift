/// Where the safety state machine is; `Control/Safety.md` 5.
///
/// Raw values are what a person's tools are told.
public enum SafetyState: UInt8, Sendable, Equatable, CaseIterable {
    /// Nothing is known yet.
    case boot = 0
    /// The guardian tries itself out.
    case selfTest = 1
    /// Connected, held, not allowed to move.
    case standby = 2
    /// Held; everything is as it must be for a start.
    case ready = 3
    /// Moving as it is asked to.
    case active = 4
    /// Braked, or braking; goes on by itself when the cause is gone.
    case hold = 5
    /// Stopped and latched: an operator acknowledges.
    case protectiveStop = 6
    /// Outside its limits, moving slowly inwards because an operator asked.
    case recovery = 7
    /// The agent does not trust itself any more.
    case fault = 8
    /// Over.
    case shutdown = 9

    /// Whether any command may ask for motion in this state.
    public var mayMove: Bool { self == .active || self == .recovery }
    /// Whether the state is left only by a person's act, or not at all.
    public var isLatched: Bool { self == .protectiveStop || self == .fault }

    /// The state in words.
    public var name: String {
        switch self {
        case .boot: "starting"
        case .selfTest: "testing itself"
        case .standby: "standing by"
        case .ready: "ready"
        case .active: "active"
        case .hold: "held"
        case .protectiveStop: "stopped"
        case .recovery: "recovering"
        case .fault: "failed"
        case .shutdown: "shut down"
        }
    }
}
