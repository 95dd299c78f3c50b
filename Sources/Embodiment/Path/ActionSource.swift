/// Who chose the action of a step; the raw value is the log's.
public enum ActionSource: UInt8, Sendable, Equatable, CaseIterable {
    /// The policy, re-ranked or not.
    case policy = 0
    /// A person or scripted demonstrator through the bridge, who drives the whole episode.
    case operatorAction = 1
    /// A person who corrects a policy: takes over for some steps of its episode.
    case intervention = 2
}
