/// An affine map of rows: y = x·W + b.
///
/// Shapes: x [N, I], weights [I, O], bias [O], y [N, O]. Formulas: `Learning/Algorithm.md` A1.
public enum Affine {
    /// Computes y = x·W + b; without a bias, y = x·W.
    public static func forward(
        _ x: Matrix, weights: UnsafePointer<Float>, bias: UnsafePointer<Float>?, into y: Matrix
    ) {
        // [I, O].
        let w = Matrix(reading: weights, rows: x.columns, columns: y.columns)
        BLAS.multiply(x, w, into: y)
        if let bias { addBias(bias, to: y) }
    }

    /// Adds one bias [O] to every row of y [N, O].
    public static func addBias(_ bias: UnsafePointer<Float>, to y: Matrix) {
        let count = y.columns
        for r in 0..<y.rows { VectorMath.add(bias, into: y.row(r), count: count) }
    }

    /// Propagates dY [N, O] to the input and adds to the parameters' gradients.
    ///
    /// - Parameters:
    ///   - dX: [N, I], dY·Wᵀ; nothing where it is not wanted.
    ///   - accumulate: whether dX is added to what it holds.
    ///   - dWeights: [I, O], always added to: Xᵀ·dY; nothing where it is not wanted.
    ///   - dBias: [O], always added to: the sum of dY's rows; nothing where it is not wanted.
    public static func backward(
        _ dY: Matrix, x: Matrix, weights: UnsafePointer<Float>, into dX: Matrix?,
        accumulate: Bool = false, dWeights: UnsafeMutablePointer<Float>?,
        dBias: UnsafeMutablePointer<Float>?
    ) {
        if let dX { backwardInput(dY, weights: weights, into: dX, accumulate: accumulate) }
        if let dWeights {
            // [I, O].
            let dW = Matrix(dWeights, rows: x.columns, columns: dY.columns)
            BLAS.multiply(x, transposeA: true, dY, into: dW, accumulate: true)
        }
        if let dBias { backwardBias(dY, into: dBias) }
    }

    /// Propagates dY [N, O] to the input [N, I] only.
    ///
    /// `weights` may point at a later row of W, and `dX` be as narrow as the inputs that are asked for: with the last
    /// A of I rows, dX [N, A] is the gradient of the last A inputs.
    public static func backwardInput(
        _ dY: Matrix, weights: UnsafePointer<Float>, into dX: Matrix, accumulate: Bool = false
    ) {
        // [I, O], or the rows of it that are asked for.
        let w = Matrix(reading: weights, rows: dX.columns, columns: dY.columns)
        BLAS.multiply(dY, w, transposeB: true, into: dX, accumulate: accumulate)
    }

    /// Adds the sum of dY's rows [N, O] to dBias [O].
    public static func backwardBias(_ dY: Matrix, into dBias: UnsafeMutablePointer<Float>) {
        let count = dY.columns
        for r in 0..<dY.rows { VectorMath.add(dY.row(r), into: dBias, count: count) }
    }
}
