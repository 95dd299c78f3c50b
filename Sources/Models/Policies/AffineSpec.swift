import Neural

/// An affine layer's place in a flat parameter buffer: weights [I, O] and bias [O].
struct AffineSpec: Sendable {
    let weight: TensorSpec
    let bias: TensorSpec
    let inputs: Int
    let outputs: Int

    /// The weights as a matrix [I, O].
    func weights(_ parameters: UnsafePointer<Float>) -> Matrix {
        Matrix(reading: parameters + weight.offset, rows: inputs, columns: outputs)
    }

    /// The bias [O].
    func bias(_ parameters: UnsafePointer<Float>) -> UnsafePointer<Float> {
        parameters + bias.offset
    }

    /// The weights' gradient as a matrix [I, O].
    func dWeights(_ gradient: UnsafeMutablePointer<Float>) -> Matrix {
        Matrix(gradient + weight.offset, rows: inputs, columns: outputs)
    }

    /// Computes y = x·W + b.
    func forward(_ parameters: UnsafePointer<Float>, _ x: Matrix, into y: Matrix) {
        Affine.forward(
            x, weights: parameters + weight.offset, bias: parameters + bias.offset, into: y)
    }

    /// Fills the weights with an orthogonal matrix times a gain.
    func orthogonal(_ parameters: UnsafeMutablePointer<Float>, gain: Float, key: RandomKey) {
        Initialise.orthogonal(
            parameters + weight.offset, inputs: inputs, outputs: outputs, gain: gain, key: key)
    }

    /// Fills the weights with LeCun's normal numbers.
    func lecunNormal(_ parameters: UnsafeMutablePointer<Float>, key: RandomKey) {
        Initialise.lecunNormal(
            parameters + weight.offset, inputs: inputs, outputs: outputs, key: key)
    }

    /// Adds to both gradients and, where wanted, fills dX.
    func backward(
        _ parameters: UnsafePointer<Float>, _ dY: Matrix, x: Matrix, into dX: Matrix?,
        gradient: UnsafeMutablePointer<Float>
    ) {
        Affine.backward(
            dY, x: x, weights: parameters + weight.offset, into: dX,
            dWeights: gradient + weight.offset, dBias: gradient + bias.offset)
    }
}

extension ParameterLayout {
    /// Appends an affine layer.
    mutating func addAffine(_ name: String, _ inputs: Int, _ outputs: Int) -> AffineSpec {
        AffineSpec(
            weight: add("\(name).weight", [inputs, outputs]), bias: add("\(name).bias", [outputs]),
            inputs: inputs, outputs: outputs)
    }
}

extension Scratch {
    /// Hands out uninitialised room for values without references; valid until released.
    func values<Value>(of type: Value.Type, count: Int) -> UnsafeMutablePointer<Value> {
        let floats = (MemoryLayout<Value>.stride * max(count, 1) + 3) / 4
        // Safe: a piece starts on a 64-byte boundary and is used as this type only while handed out.
        return UnsafeMutableRawPointer(vector(floats)).bindMemory(to: type, capacity: count)
    }
}

/// Sums each group of `copies` neighbouring rows of `rows` [B·copies, H] into `out` [B, H].
func gather(sumsOf rows: Matrix, copies: Int, into out: Matrix) {
    let width = out.columns
    for group in 0..<out.rows {
        let sum = out.row(group)
        sum.update(from: rows.row(group * copies), count: width)
        for copy in 1..<max(copies, 1) {
            VectorMath.add(rows.row(group * copies + copy), into: sum, count: width)
        }
    }
}
