/// How one action is made of a policy's candidates; `Learning/Algorithm.md` 2 and 2.4, by usual and published names.
public enum OptimiserKind: String, Sendable, Equatable, CaseIterable {
    /// Ranking and gradient steps on every kept candidate: PA-RL.
    case gradient
    /// Ranking alone.
    case rerank
    /// Candidates and as many of a bounded edit policy: EXPO.
    case edit
    /// The same, with gradient steps on the chosen one.
    case editGradient = "edit+gradient"
    /// The mean of good candidates, weighted by their values: Q-Planning.
    case mean
    /// A draw by value among the candidates of a policy that does not change: V-GPS.
    case vgps
    /// A draw without the critic, of a policy that does not change: a control.
    case random
    /// The policy's first candidate, of a policy that does not change: a control.
    case none

    /// Whether an edit policy proposes as many candidates again.
    public var edits: Bool { self == .edit || self == .editGradient }

    /// Whether there are gradient steps.
    public var climbs: Bool { self == .gradient || self == .editGradient }

    /// Whether only the best candidates go on.
    public var ranks: Bool {
        switch self {
        case .gradient, .rerank, .edit, .editGradient: true
        case .mean, .vgps, .random, .none: false
        }
    }

    /// Whether the policy learns from what is chosen; otherwise it stays as imitation left it.
    public var distils: Bool {
        switch self {
        case .gradient, .rerank, .edit, .editGradient, .mean: true
        case .vgps, .random, .none: false
        }
    }
}
