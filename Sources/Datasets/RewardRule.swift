import Report

/// Which step of an episode accomplished the task; it gets reward 0 and is terminal, steps before it get −1.
enum RewardRule: Sendable, Equatable, CustomStringConvertible {
    /// Rewards are −1 and 0 already; 0 is success.
    case asIs
    /// Rewards are 0 and positive; positive is success.
    case sparse
    /// A terminal step is success.
    case terminal
    /// Every episode succeeds at its last step.
    case demonstrations
    /// A reward of at least this is success.
    case atLeast(Float)

    /// The rule of a word or number.
    init(_ word: String) throws(ArgumentError) {
        switch word {
        case "as-is": self = .asIs
        case "sparse": self = .sparse
        case "terminal": self = .terminal
        case "demonstrations": self = .demonstrations
        default:
            guard let number = Float(word), number.isFinite else {
                throw ArgumentError(
                    "--reward \(word): expected as-is, sparse, terminal, demonstrations, or the "
                        + "least reward of a step that accomplished the task")
            }
            self = .atLeast(number)
        }
    }

    /// The rule that these rewards follow; nil when that is not plain.
    init?(fitting rewards: [Float]) {
        if rewards.allSatisfy({ $0 == -1 || $0 == 0 }), rewards.contains(-1) {
            self = .asIs
        } else if rewards.allSatisfy({ $0 == 0 || $0 == 1 }) {
            self = .sparse
        } else {
            return nil
        }
    }

    /// In words.
    var description: String {
        switch self {
        case .asIs: "rewards are −1 and 0 already, 0 is success"
        case .sparse: "a positive reward is success"
        case .terminal: "a terminal step is success"
        case .demonstrations: "every episode succeeds at its last step"
        case .atLeast(let least): "a reward of at least \(least) is success"
        }
    }

    /// Whether the rule needs rewards.
    var needsRewards: Bool { self != .terminal && self != .demonstrations }

    /// Whether a step accomplished the task.
    func isSuccess(reward: Float?, isTerminal: Bool, isLast: Bool) -> Bool {
        switch self {
        case .asIs: reward == 0
        case .sparse: (reward ?? 0) > 0
        case .terminal: isTerminal
        case .demonstrations: isLast
        case .atLeast(let least): (reward ?? -.infinity) >= least
        }
    }
}
