import Neural

/// A network whose sample can be differentiated with respect to its parameters.
public protocol PathwiseNetwork: PolicyNetwork {
    /// What the samples that `accumulateAscent` climbs from draw their noise for; `SampleRequest.purpose`.
    var ascentPurpose: Int { get }

    /// Adds the gradient of −Σ_rows value / `divisor` at the network's own samples to `gradient`.
    ///
    /// - Parameters:
    ///   - observations: of one shard, [b, O], normalised.
    ///   - draw: key of the samples and number of the first row in the whole batch.
    ///   - gradient: of the layout; added to.
    ///   - value: of (chunks [b, H·A], ∂value/∂chunk [b, H·A] to fill); returns Σ value.
    /// - Returns: Σ_rows value, undivided.
    func accumulateAscent(
        _ observations: Matrix, weights: PolicyWeights, draw: (key: RandomKey, firstRow: Int),
        divisor: Float, gradient: UnsafeMutablePointer<Float>, scratch: Scratch,
        value: (Matrix, Matrix) -> Float
    ) -> Float
}
