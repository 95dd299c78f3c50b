/// Where a batch of B transitions goes: plain pointers into the learner's arenas, row-major.
///
/// Not an owner: it must not outlive the memory it points at.
public struct BatchView {
    /// Rows there is room for, B.
    public let capacity: Int
    /// Scalars of an observation, O.
    public let observationCount: Int
    /// Axes of an action, A.
    public let actionCount: Int
    /// [B, O] what was seen, raw units.
    public let observations: UnsafeMutablePointer<Float>
    /// [B, A] what was executed, −1…1.
    public let actions: UnsafeMutablePointer<Float>
    /// [B] rewards.
    public let rewards: UnsafeMutablePointer<Float>
    /// [B] 0 where the step was terminal, else 1.
    public let masks: UnsafeMutablePointer<Float>
    /// [B] Monte-Carlo returns.
    public let returns: UnsafeMutablePointer<Float>
    /// [B, O] what was seen after the step, raw units.
    public let nextObservations: UnsafeMutablePointer<Float>
    /// [B] each row's index in the store it came from, to find what was computed for it before.
    public let rowIDs: UnsafeMutablePointer<Int32>

    /// Creates a view of memory that the caller owns.
    public init(
        capacity: Int, observationCount: Int, actionCount: Int,
        observations: UnsafeMutablePointer<Float>, actions: UnsafeMutablePointer<Float>,
        rewards: UnsafeMutablePointer<Float>, masks: UnsafeMutablePointer<Float>,
        returns: UnsafeMutablePointer<Float>, nextObservations: UnsafeMutablePointer<Float>,
        rowIDs: UnsafeMutablePointer<Int32>
    ) {
        self.capacity = capacity
        self.observationCount = observationCount
        self.actionCount = actionCount
        self.observations = observations
        self.actions = actions
        self.rewards = rewards
        self.masks = masks
        self.returns = returns
        self.nextObservations = nextObservations
        self.rowIDs = rowIDs
    }
}
