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

    /// All zero.
    public init() {}
}
