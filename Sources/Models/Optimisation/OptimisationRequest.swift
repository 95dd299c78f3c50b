import Neural

/// B states with N candidates each, of which one better action per state is to be made.
///
/// Views of memory that the caller owns.
public struct OptimisationRequest {
    /// [B, O], normalised.
    public var observations: Matrix
    /// [B·N, A].
    public var candidates: Matrix
    /// [B, A]; replaces the worst kept candidate of each state (distillation).
    public var datasetActions: Matrix?
    /// Edits are drawn, not their mode: all but evaluation.
    public var explores = false
    /// Arg-max or a draw.
    public var selection: ActionOptimiser.Selection
    /// Of the draws.
    public var key: RandomKey
    /// Number of the first state in the whole batch.
    public var firstRow: Int

    /// [B]; filled with the number of the candidate that each chosen action was made of, N for the action of the data.
    public var origins: UnsafeMutablePointer<Int32>?

    /// The candidates alone, without an action of the data.
    public init(
        observations: Matrix, candidates: Matrix, selection: ActionOptimiser.Selection = .best,
        key: RandomKey, firstRow: Int = 0
    ) {
        self.observations = observations
        self.candidates = candidates
        self.selection = selection
        self.key = key
        self.firstRow = firstRow
    }
}
