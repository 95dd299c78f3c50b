/// Where a batch of B transitions goes: plain pointers into the learner's arenas, row-major.
///
/// Each row is a window: the H steps from a transition on, as far as its episode goes on without a break. Actions are
/// gathered of all of them; rewards, mask and next observation are those of the first k, or of the ℓ ≤ k that are there.
/// With H = k = 1 it is the transition alone.
/// Not an owner: it must not outlive the memory it points at.
public struct BatchView {
    /// Rows there is room for, B.
    public let capacity: Int
    /// Scalars of an observation, O.
    public let observationCount: Int
    /// Axes of an action, A.
    public let actionCount: Int
    /// Steps of a window, H.
    public let horizon: Int
    /// Steps of it that are judged at once, k.
    public let executedSteps: Int
    /// [B, O] what was seen, raw units.
    public let observations: UnsafeMutablePointer<Float>
    /// [B, H·A] what was executed, −1…1; behind the window's end its last action once more.
    public let actions: UnsafeMutablePointer<Float>
    /// [B] Σ_{i<ℓ} γ^i r_i.
    public let rewards: UnsafeMutablePointer<Float>
    /// [B] 0 where step ℓ − 1 was terminal, else 1.
    public let masks: UnsafeMutablePointer<Float>
    /// [B] Monte-Carlo returns of the first step.
    public let returns: UnsafeMutablePointer<Float>
    /// [B, O] what was seen after step ℓ − 1, raw units.
    public let nextObservations: UnsafeMutablePointer<Float>
    /// [B] ℓ, 1…k.
    public let lengths: UnsafeMutablePointer<Float>
    /// [B, H] 1 where the window has a step, 0 behind its end.
    public let present: UnsafeMutablePointer<Float>
    /// [B] each row's index in the store it came from, to find what was computed for it before.
    public let rowIDs: UnsafeMutablePointer<Int32>

    /// Creates a view of memory that the caller owns.
    public init(
        capacity: Int, observationCount: Int, actionCount: Int, horizon: Int, executedSteps: Int,
        observations: UnsafeMutablePointer<Float>, actions: UnsafeMutablePointer<Float>,
        rewards: UnsafeMutablePointer<Float>, masks: UnsafeMutablePointer<Float>,
        returns: UnsafeMutablePointer<Float>, nextObservations: UnsafeMutablePointer<Float>,
        lengths: UnsafeMutablePointer<Float>, present: UnsafeMutablePointer<Float>,
        rowIDs: UnsafeMutablePointer<Int32>
    ) {
        self.capacity = capacity
        self.observationCount = observationCount
        self.actionCount = actionCount
        self.horizon = horizon
        self.executedSteps = executedSteps
        self.observations = observations
        self.actions = actions
        self.rewards = rewards
        self.masks = masks
        self.returns = returns
        self.nextObservations = nextObservations
        self.lengths = lengths
        self.present = present
        self.rowIDs = rowIDs
    }
}
