import Embodiment
import Recipe

/// How an `Actor` chooses.
public enum ActingMode: String, Sendable, Equatable, CaseIterable {
    /// One sample of the base policy.
    case policy
    /// The base policy's mode: one sample without noise.
    case noiseless
    /// One action made of N candidates, as in evaluation; `Learning/Algorithm.md` 2.3.
    case guided
    /// The same as in training: edits are drawn.
    case exploring

    /// How a driver's decisions are made; nil for whoever is no policy.
    public init?(_ driver: Driver, _ exploration: Exploration) {
        switch driver {
        case .imitation: self = exploration == .noiseless ? .noiseless : .policy
        case .guided: self = exploration == .drawn ? .exploring : .guided
        case .nobody, .operatorAction, .homing, .replay: return nil
        }
    }

    /// Whether the critic has a say.
    public var isGuided: Bool { self == .guided || self == .exploring }
}
