import Neural

/// What one member computed for R rows: enough for its backward pass.
///
/// Views into a scratch; lives as long as the caller's mark. Made once and reused for every member.
public struct CriticTrace {
    /// Rows, R.
    public let rows: Int
    /// The output layer's values, [R, outputs]; probabilities after `decode`, gradients after a seed.
    public let outputs: Matrix
    let hidden: Int
    /// L blocks of x̂ [R, H].
    private let normalised: UnsafeMutablePointer<Float>
    /// L blocks of the swish's slope [R, H].
    private let slope: UnsafeMutablePointer<Float>
    /// L blocks of the layer's result [R, H].
    private let active: UnsafeMutablePointer<Float>
    /// L blocks of 1/√(v + ε) [R].
    private let reciprocalDeviation: UnsafeMutablePointer<Float>

    /// Room for one member's pass over `rows` rows.
    public init(_ critic: CriticEnsemble, rows: Int, scratch: Scratch) {
        self.rows = rows
        hidden = critic.hidden
        outputs = scratch.matrix(rows: rows, columns: critic.outputs)
        normalised = scratch.vector(critic.layerCount * rows * critic.hidden)
        slope = scratch.vector(critic.layerCount * rows * critic.hidden)
        active = scratch.vector(critic.layerCount * rows * critic.hidden)
        reciprocalDeviation = scratch.vector(critic.layerCount * rows)
    }

    func tape(_ layer: Int) -> LayerNormSwish.Tape {
        LayerNormSwish.Tape(
            normalised: Matrix(normalised + layer * rows * hidden, rows: rows, columns: hidden),
            slope: Matrix(slope + layer * rows * hidden, rows: rows, columns: hidden),
            reciprocalDeviation: reciprocalDeviation + layer * rows)
    }

    func active(_ layer: Int) -> Matrix {
        Matrix(active + layer * rows * hidden, rows: rows, columns: hidden)
    }
}
