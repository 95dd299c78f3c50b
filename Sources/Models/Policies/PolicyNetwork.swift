import Neural

/// A policy's mathematics: a layout and pure functions over flat parameters.
///
/// Safe on any thread; nothing is kept between calls.
public protocol PolicyNetwork: Sendable {
    /// The sizes of what it is asked and answers.
    var shape: PolicyShape { get }
    /// The parameters by name.
    var layout: ParameterLayout { get }
    /// Floats derived from a parameter set once, by `prepare`.
    var preparedCount: Int { get }

    /// Fills fresh parameters.
    func initialise(_ parameters: UnsafeMutablePointer<Float>, key: RandomKey)
    /// Derives what does not depend on the rows.
    func prepare(
        _ parameters: UnsafePointer<Float>, into prepared: UnsafeMutablePointer<Float>,
        scratch: Scratch)
    /// Draws candidates; `TrainablePolicy.sample`.
    func sample(
        _ request: SampleRequest, weights: PolicyWeights, into candidates: Candidates,
        scratch: Scratch)
    /// Adds the gradient of `scale` · Σ_rows weight · loss to `gradient`.
    ///
    /// - Parameters:
    ///   - rows: of one shard.
    ///   - gradient: of the layout; added to.
    /// - Returns: Σ_rows weight · loss, unscaled.
    func accumulateGradient(
        _ rows: SupervisedRows, weights: PolicyWeights, gradient: UnsafeMutablePointer<Float>,
        scratch: Scratch
    ) -> Float
}

extension PolicyNetwork {
    /// Scalars of one observation, O.
    public var observationCount: Int { shape.observationCount }
    /// Floats of one chunk: steps times axes.
    public var chunkCount: Int { shape.chunkCount }
}
