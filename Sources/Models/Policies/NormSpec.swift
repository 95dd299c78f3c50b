import Neural

/// A layer normalisation's place in a flat parameter buffer: scale [H] and shift [H].
struct NormSpec: Sendable {
    let scale: TensorSpec
    let shift: TensorSpec

    /// What transformers add to the variance.
    static let epsilon: Float = 1e-5

    /// Scale 1, shift 0.
    func initialise(_ parameters: UnsafeMutablePointer<Float>) {
        (parameters + scale.offset).update(repeating: 1, count: scale.count)
        (parameters + shift.offset).update(repeating: 0, count: shift.count)
    }

    /// Normalises the rows of x [N, H]; `LayerNorm.forward`.
    func forward(
        _ parameters: UnsafePointer<Float>, _ x: Matrix, into y: Matrix, normalised: Matrix? = nil,
        reciprocalDeviation: UnsafeMutablePointer<Float>? = nil
    ) {
        LayerNorm.forward(
            x, scale: parameters + scale.offset, shift: parameters + shift.offset, into: y,
            normalised: normalised, reciprocalDeviation: reciprocalDeviation,
            epsilon: Self.epsilon)
    }

    /// The result once more from x̂ [N, H].
    func again(_ parameters: UnsafePointer<Float>, _ normalised: Matrix, into y: Matrix) {
        LayerNorm.again(
            normalised, scale: parameters + scale.offset, shift: parameters + shift.offset, into: y)
    }

    /// Adds to both gradients, and fills dX or adds to it; `LayerNorm.backward`.
    func backward(
        _ parameters: UnsafePointer<Float>, _ dY: Matrix, normalised: Matrix,
        reciprocalDeviation: UnsafePointer<Float>, into dX: Matrix, accumulate: Bool,
        gradient: UnsafeMutablePointer<Float>
    ) {
        LayerNorm.backward(
            dY, normalised: normalised, reciprocalDeviation: reciprocalDeviation,
            scale: parameters + scale.offset, into: dX, accumulate: accumulate,
            dScale: gradient + scale.offset, dShift: gradient + shift.offset)
    }
}

extension ParameterLayout {
    /// Appends a layer normalisation.
    mutating func addNorm(_ name: String, _ width: Int) -> NormSpec {
        NormSpec(scale: add("\(name).scale", [width]), shift: add("\(name).shift", [width]))
    }
}
