import Embodiment
import Models
import Neural

/// A policy of given actions, by the number of the decision.
final class ScriptedPolicy: ActingPolicy {
    let version: UInt32
    let candidateCount = 1
    private let action: @Sendable (Int) -> Action
    private var answer: Decision?

    init(version: UInt32 = 1, _ action: @escaping @Sendable (Int) -> Action) {
        (self.version, self.action) = (version, action)
    }

    func begin(
        _ observation: Observation, mode: ActingMode, count: Int, key: RandomKey,
        deadline: Duration
    ) {
        answer = Decision(action: action(Int(key.step)), version: version, value: nil)
    }

    func poll() -> Decision? {
        defer { answer = nil }
        return answer
    }
}

extension LocalActor {
    /// One decision, begun and taken.
    func decide(_ observation: Observation, mode: ActingMode, key: RandomKey) -> Decision {
        begin(
            observation, mode: mode, count: mode == .guided ? candidateCount : 1, key: key,
            deadline: .zero)
        guard let decision = poll() else { preconditionFailure("it has been begun") }
        return decision
    }
}
