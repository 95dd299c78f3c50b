/// Sums over states and candidates that the report divides by their counts.
public struct OptimisationSums: Sendable, Equatable {
    /// States counted.
    public var states: Float = 0
    /// Candidates that were climbed.
    public var candidates: Float = 0
    /// Value of the chosen action, summed over states.
    public var value: Float = 0
    /// Value gained by the local steps, summed over candidates.
    public var gain: Float = 0
    /// Index of the best iterate, 0…G, summed over candidates.
    public var bestIterate: Float = 0
    /// ‖∂Q/∂a‖ at the last step, summed over candidates.
    public var gradientNorm: Float = 0
    /// |a* − a|₁, summed over candidates.
    public var shift: Float = 0

    /// States whose candidates' scores were described.
    public var described: Float = 0
    /// Best, mean and standard deviation of the scores of a state's candidates, each summed over those.
    public var best: Float = 0
    /// See `best`.
    public var mean: Float = 0
    /// See `best`.
    public var spread: Float = 0
    /// States whose winner is an edited candidate.
    public var edited: Float = 0
    /// States whose winner is the policy's mode.
    public var zero: Float = 0
    /// States whose winner is the dataset's action.
    public var data: Float = 0
    /// |a* − a|₁ from what the policy (or the dataset) proposed, summed over states.
    public var distance: Float = 0

    /// Nothing counted.
    public init() {}
}
