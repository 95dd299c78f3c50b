/// How a policy is trained, whatever its class.
public struct PolicyTraining: Sendable, Equatable {
    /// Learning rate of imitation.
    public var imitationLearningRate = 3e-4
    /// Learning rate of fine-tuning.
    public var learningRate = 5e-5
    /// Linear warm-up, updates.
    public var warmup = 2000
    /// Rate at which the acting (averaged) weights follow, per update.
    public var ema = 0.002
    /// Rows of one update.
    public var batchSize = 256
    /// Weight of ascent of the critic's value through the policy's own sample, after imitation.
    ///
    /// 0: the policy is distilled towards optimised actions, PA-RL. 1: it climbs the critic alone, Gaussian
    /// Cal-QL, and its samples, not optimised actions, enter the critic's loss. Above 0 the policy must be pathwise.
    public var valueWeight = 0.0
    /// A step that climbs imitates what was executed as well, and climbs the mean member's value over its mean size: FQL.
    public var isAnchored = false

    /// What an update that does not climb learns towards.
    public var supervision = PolicySupervision.optimised
    /// Successful training episodes before the first update towards such.
    public var leastSuccesses = 20
    /// Advantage that multiplies an executed action's weight by e.
    public var advantageTemperature = 0.5

    /// The published configuration.
    public init() {}

    /// Whether an update climbs the critic instead of distilling.
    public var climbs: Bool { valueWeight > 0 }
}
