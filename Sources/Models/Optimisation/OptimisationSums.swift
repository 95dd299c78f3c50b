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

    /// Nothing counted.
    public init() {}
}
