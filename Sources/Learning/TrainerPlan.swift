import Platform
import Recipe

/// What a trainer is made for: sizes, algorithm and machine.
public struct TrainerPlan: Sendable {
    /// Scalars of one observation, O.
    public var observationCount: Int
    /// Axes of one action, A.
    public var actionCount: Int
    /// The algorithm.
    public var settings: AlgorithmSettings
    /// Of every random number.
    public var seed: UInt64
    /// Threads that compute, the one that trains included.
    public var workers = 1
    /// How the others of them are scheduled.
    public var helpers = Scheduling.normal
    /// Updates between two publications while the thread pays off a debt.
    public var publishEvery = 100
    /// Seconds that the robot waits for a decision, by the wall clock; nil in lockstep, where it waits for any.
    public var decisionLimit: Double?

    /// What its checkpoints say in their metadata beside counts.
    public var labels: [(key: String, value: String)] = []

    /// One worker, a publication every hundred updates, no limit of time.
    public init(
        observationCount: Int, actionCount: Int, settings: AlgorithmSettings, seed: UInt64
    ) {
        self.observationCount = observationCount
        self.actionCount = actionCount
        self.settings = settings
        self.seed = seed
    }
}
