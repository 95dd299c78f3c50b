/// The commands that run a session.
public enum SessionKind: String, Sendable, Codable {
    case demo, record, pretrain, evaluate, finetune, run

    /// Whether an interrupted session goes on where it was: the long ones.
    public var isResumable: Bool { self == .demo || self == .finetune }
    /// Whether episodes are learned from in its sessions; the others only act.
    public var learns: Bool { self != .evaluate && self != .run }
}
