/// What action optimisation did; means over candidates or states.
public struct OptimisationMetrics: Sendable, Equatable {
    /// ‖∂Q/∂a‖ at the last step.
    public var gradientNorm: Float = 0
    /// Value gained by the local steps.
    public var valueGain: Float = 0
    /// Index of the best iterate, 0…G.
    public var bestIterate: Float = 0
    /// |a* − a|₁.
    public var shift: Float = 0
    /// Value of the chosen action.
    public var value: Float = 0

    /// Best, mean and standard deviation of the scores of a state's candidates.
    public var best: Float = 0
    /// See `best`.
    public var mean: Float = 0
    /// See `best`.
    public var spread: Float = 0
    /// Share of the winners that are edited candidates.
    public var edited: Float = 0
    /// Share that are the policy's mode.
    public var zero: Float = 0
    /// Share that are the dataset's action.
    public var data: Float = 0
    /// |a* − a|₁ from what was proposed.
    public var distance: Float = 0

    /// All zero.
    public init() {}
}
