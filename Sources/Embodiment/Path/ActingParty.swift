/// Who acts in one tick: what the arbiter decides; the raw value is the log's.
public enum ActingParty: UInt8, Sendable, Equatable, CaseIterable {
    /// Nobody: the robot holds.
    case nobody = 1
    /// The policy.
    case policy = 2
    /// A person or scripted demonstrator through the bridge, who drives the whole episode.
    case operatorAction = 3
    /// A person who corrects a policy.
    case intervention = 4
    /// The way home between episodes.
    case homing = 5
    /// The motion of a log, played again.
    case replay = 6
    /// The guardian: it holds or stops the robot, or brings it back inside its limits.
    case guardian = 7
}
