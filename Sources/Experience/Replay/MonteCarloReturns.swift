import Embodiment

/// What every step of an episode was worth: the lower bound that Cal-QL calibrates against.
///
/// `Learning/Algorithm.md` 5.2. Pure functions; any thread; no allocation.
public enum MonteCarloReturns {
    /// The reward of a step that did not accomplish the task.
    public static let stepReward: Float = -1

    /// Fills `returns` with R_t = r_t + γ·mask_t·R_{t+1}, backwards from R = 0 after the end.
    ///
    /// Summed in double precision, so that a long episode's first step is exact to the last float bit or two.
    ///
    /// - Parameters:
    ///   - rewards: [N] one reward per step.
    ///   - masks: [N] 1, or 0 on a step beyond which nothing is owed.
    ///   - discount: γ in 0..<1.
    ///   - returns: [N] filled.
    public static func fill(
        rewards: UnsafeBufferPointer<Float>, masks: UnsafeBufferPointer<Float>, discount: Float,
        returns: UnsafeMutableBufferPointer<Float>
    ) {
        let count = rewards.count
        precondition(masks.count == count && returns.count == count, "columns of one episode")
        let gamma = decimal(discount)
        var following = 0.0
        for step in stride(from: count - 1, through: 0, by: -1) {
            following = Double(rewards[step]) + gamma * Double(masks[step]) * following
            returns[step] = Float(following)
        }
    }

    /// Fills `returns` as an episode is trained on: the floor where it failed and failures are pushed there, else its sum.
    ///
    /// - Parameter failedToFloor: push failed episodes to r/(1−γ).
    public static func fill(
        rewards: UnsafeBufferPointer<Float>, masks: UnsafeBufferPointer<Float>, discount: Float,
        failedToFloor: Bool, returns: UnsafeMutableBufferPointer<Float>
    ) {
        guard failedToFloor, endedInFailure(rewards: rewards) else {
            return fill(rewards: rewards, masks: masks, discount: discount, returns: returns)
        }
        returns.update(repeating: floor(discount: discount))
    }

    /// The return of an episode's first step, as it is trained on; allocates.
    ///
    /// - Parameters:
    ///   - rewards: [N] one reward per step; N at least 1.
    ///   - isTerminal: [N] whether the episode ended with that step.
    public static func first(
        rewards: [Float], isTerminal: [Bool], discount: Float, failedToFloor: Bool,
        absorbsFailures: Bool
    ) -> Float {
        precondition(
            !rewards.isEmpty && rewards.count == isTerminal.count, "columns of one episode")
        let masks = zip(rewards, isTerminal).map {
            mask(reward: $0, isTerminal: $1, absorbsFailures: absorbsFailures)
        }
        var returns = [Float](repeating: 0, count: rewards.count)
        rewards.withUnsafeBufferPointer { rewards in
            masks.withUnsafeBufferPointer { masks in
                returns.withUnsafeMutableBufferPointer { returns in
                    fill(
                        rewards: rewards, masks: masks, discount: discount,
                        failedToFloor: failedToFloor, returns: returns)
                }
            }
        }
        return returns[0]
    }

    /// 1, or 0 on a step beyond which nothing is owed.
    ///
    /// - Parameter absorbsFailures: a terminal step that earned a negative reward ends what is owed, too.
    public static func mask(reward: Float, isTerminal: Bool, absorbsFailures: Bool) -> Float {
        isTerminal && (reward >= 0 || absorbsFailures) ? 0 : 1
    }

    /// What an endless failure is worth: r/(1−γ), −100 for −1 a step at γ = 0.99.
    public static func floor(discount: Float, stepReward: Float = stepReward) -> Float {
        Float(Double(stepReward) / (1 - decimal(discount)))
    }

    /// Whether the floor rule applies: the episode's last step earned the step reward, so it ended without success.
    ///
    /// The rule needs rewards that are never positive; with a positive one it does not apply.
    public static func endedInFailure(
        rewards: UnsafeBufferPointer<Float>, stepReward: Float = stepReward
    ) -> Bool {
        guard let last = rewards.last, last == stepReward else { return false }
        for reward in rewards where reward > 0 { return false }
        return true
    }

    /// The decimal number that was meant by a float such as 0.99, which alone would give a floor of −99.99998.
    private static func decimal(_ value: Float) -> Double {
        (Double(value) * 1e6).rounded() / 1e6
    }
}
