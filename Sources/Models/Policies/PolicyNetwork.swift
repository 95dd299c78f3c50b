import Neural

/// A policy's mathematics: a layout and pure functions over flat parameters.
///
/// Safe on any thread; nothing is kept between calls.
public protocol PolicyNetwork: Sendable {
    /// Scalars of one observation, O.
    var observationCount: Int { get }
    /// Scalars of one action, A.
    var actionCount: Int { get }
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
    /// Draws candidates; `Policy.sample`.
    func sample(
        _ count: Int, parameters: UnsafePointer<Float>, prepared: UnsafePointer<Float>,
        observations: Matrix, into actions: Matrix, key: RandomKey, firstRow: Int,
        scratch: Scratch)
    /// Adds the gradient of `scale` · Σ_rows loss to `gradient`.
    ///
    /// - Returns: Σ_rows loss, unscaled.
    func accumulateGradient(
        parameters: UnsafePointer<Float>, prepared: UnsafePointer<Float>, observations: Matrix,
        targets: Matrix, scale: Float, gradient: UnsafeMutablePointer<Float>, key: RandomKey,
        firstRow: Int, scratch: Scratch
    ) -> Float
    /// Floats of scratch that a call on so many rows needs, generously.
    func scratchCount(rows: Int) -> Int
}
