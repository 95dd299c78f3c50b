/// The rest of a hidden layer behind its product: bias, layer normalisation and swish in one pass.
///
/// y = x̂ ⊙ scale + shift with x̂ the normalised x + bias; output = y · σ(y). The forward pass keeps x̂, 1/√(v + ε) and
/// the slope of swish, so that the backward passes need no exponential. Formulas: `Learning/Algorithm.md`
/// A1–A3.
public enum LayerNormSwish {
    /// What a forward pass keeps for the backward pass.
    public struct Tape {
        /// The normalised rows x̂ [N, H].
        public var normalised: Matrix
        /// The slope of swish at y [N, H].
        public var slope: Matrix
        /// 1/√(v + ε) of each row [N].
        public var reciprocalDeviation: UnsafeMutablePointer<Float>

        /// Gathers places to keep things in; `normalised` may be the pre-activation's own memory.
        public init(
            normalised: Matrix, slope: Matrix, reciprocalDeviation: UnsafeMutablePointer<Float>
        ) {
            self.normalised = normalised
            self.slope = slope
            self.reciprocalDeviation = reciprocalDeviation
        }

        /// Takes places from a scratch.
        public init(_ scratch: Scratch, rows: Int, columns: Int) {
            normalised = scratch.matrix(rows: rows, columns: columns)
            slope = scratch.matrix(rows: rows, columns: columns)
            reciprocalDeviation = scratch.vector(rows)
        }

        /// The floats that a tape takes from a scratch.
        public static func scratchCount(rows: Int, columns: Int) -> Int {
            2 * ((rows * columns + 15) & ~15) + ((rows + 15) & ~15)
        }

        /// The tape of a range of rows.
        public func rows(_ range: Range<Int>) -> Tape {
            Tape(
                normalised: normalised.rows(range), slope: slope.rows(range),
                reciprocalDeviation: reciprocalDeviation + range.lowerBound)
        }
    }

    /// Computes the layer's output from the product x [N, H].
    ///
    /// - Parameters:
    ///   - bias: [H], added before normalising; nothing for none.
    ///   - scale: [H].
    ///   - shift: [H].
    ///   - output: [N, H]; may be x if there is no tape, or the tape does not hold x.
    ///   - tape: where to keep what the backward pass needs; its `normalised` may be x.
    public static func forward(
        _ x: Matrix, bias: UnsafePointer<Float>?, scale: UnsafePointer<Float>,
        shift: UnsafePointer<Float>, into output: Matrix, tape: Tape? = nil
    ) {
        precondition(output.rows == x.rows && output.columns == x.columns)
        if let tape {
            precondition(tape.normalised.columns == x.columns && tape.slope.columns == x.columns)
            precondition(tape.normalised.rows >= x.rows && tape.slope.rows >= x.rows)
            for r in 0..<x.rows {
                let out = output.row(r)
                let (mean, rstd) = rowMoments(x.row(r), bias: bias, staging: out, count: x.columns)
                tape.reciprocalDeviation[r] = rstd
                forwardRow(
                    out, mean: mean, rstd: rstd, scale: scale, shift: shift, count: x.columns,
                    normalised: tape.normalised.row(r), slope: tape.slope.row(r))
            }
        } else {
            for r in 0..<x.rows {
                let out = output.row(r)
                let (mean, rstd) = rowMoments(x.row(r), bias: bias, staging: out, count: x.columns)
                forwardRow(
                    out, mean: mean, rstd: rstd, scale: scale, shift: shift, count: x.columns,
                    normalised: nil, slope: nil)
            }
        }
    }

    /// Normalises and activates one row in place.
    @inline(always)
    private static func forwardRow(
        _ row: UnsafeMutablePointer<Float>, mean: Float, rstd: Float,
        scale: UnsafePointer<Float>, shift: UnsafePointer<Float>, count: Int,
        normalised: UnsafeMutablePointer<Float>?, slope: UnsafeMutablePointer<Float>?
    ) {
        let means = Lanes(repeating: mean)
        let rstds = Lanes(repeating: rstd)
        var i = 0
        while i &+ laneCount <= count {
            let hat = (load(row + i) - means) * rstds
            let y = load(shift + i).addingProduct(hat, load(scale + i))
            let s = sigmoid(y)
            let out = y * s
            if let normalised, let slope {
                store(hat, normalised + i)
                store((s + out).addingProduct(-out, s), slope + i)
            }
            store(out, row + i)
            i &+= laneCount
        }
        let rest = count &- i
        if rest > 0 {
            let hat = (load(UnsafePointer(row + i), first: rest) - means) * rstds
            let y = load(shift + i, first: rest).addingProduct(hat, load(scale + i, first: rest))
            let s = sigmoid(y)
            let out = y * s
            if let normalised, let slope {
                store(hat, normalised + i, first: rest)
                store((s + out).addingProduct(-out, s), slope + i, first: rest)
            }
            store(out, row + i, first: rest)
        }
    }

    /// Propagates dOutput [N, H] to the product x only.
    ///
    /// - Parameter dX: [N, H]; may be dOutput.
    public static func backwardInput(
        _ dOutput: Matrix, tape: Tape, scale: UnsafePointer<Float>, into dX: Matrix
    ) {
        let count = dOutput.columns
        precondition(dX.rows == dOutput.rows && dX.columns == count)
        for r in 0..<dOutput.rows {
            let target = dX.row(r)
            let hat = tape.normalised.row(r)
            let (mean, product) = seedRow(
                dOutput.row(r), slope: tape.slope.row(r), hat: hat, scale: scale, into: target,
                count: count, dScale: nil, dShift: nil)
            backwardRow(
                target, hat: hat, mean: mean, product: product,
                rstd: tape.reciprocalDeviation[r], count: count, dBias: nil)
        }
    }

    /// Propagates dOutput [N, H] to the product x, and adds to the parameters' gradients.
    ///
    /// - Parameters:
    ///   - dX: [N, H]; may be dOutput.
    ///   - dBias: [H], always added to; nothing where the layer has no bias.
    ///   - dScale: [H], always added to.
    ///   - dShift: [H], always added to.
    public static func backward(
        _ dOutput: Matrix, tape: Tape, scale: UnsafePointer<Float>, into dX: Matrix,
        dBias: UnsafeMutablePointer<Float>?, dScale: UnsafeMutablePointer<Float>,
        dShift: UnsafeMutablePointer<Float>
    ) {
        let count = dOutput.columns
        precondition(dX.rows == dOutput.rows && dX.columns == count)
        for r in 0..<dOutput.rows {
            let target = dX.row(r)
            let hat = tape.normalised.row(r)
            let (mean, product) = seedRow(
                dOutput.row(r), slope: tape.slope.row(r), hat: hat, scale: scale, into: target,
                count: count, dScale: dScale, dShift: dShift)
            backwardRow(
                target, hat: hat, mean: mean, product: product,
                rstd: tape.reciprocalDeviation[r], count: count, dBias: dBias)
        }
    }

    /// Writes u = dy ⊙ scale with dy = dOutput ⊙ slope, and returns the means of u and u ⊙ x̂.
    @inline(always)
    private static func seedRow(
        _ d: UnsafeMutablePointer<Float>, slope: UnsafeMutablePointer<Float>,
        hat: UnsafeMutablePointer<Float>, scale: UnsafePointer<Float>,
        into target: UnsafeMutablePointer<Float>, count: Int,
        dScale: UnsafeMutablePointer<Float>?, dShift: UnsafeMutablePointer<Float>?
    ) -> (mean: Float, product: Float) {
        var sums = Lanes(repeating: 0)
        var products = sums
        var i = 0
        while i &+ laneCount <= count {
            let dy = load(d + i) * load(slope + i)
            let h = load(hat + i)
            if let dScale, let dShift {
                store(load(dScale + i).addingProduct(dy, h), dScale + i)
                store(load(dShift + i) + dy, dShift + i)
            }
            let u = dy * load(scale + i)
            sums += u
            products = products.addingProduct(u, h)
            store(u, target + i)
            i &+= laneCount
        }
        var lateSum: Float = 0
        var lateProducts: Float = 0
        while i < count {
            let dy = d[i] * slope[i]
            if let dScale, let dShift {
                dScale[i] = dScale[i].addingProduct(dy, hat[i])
                dShift[i] += dy
            }
            let u = dy * scale[i]
            lateSum += u
            lateProducts = lateProducts.addingProduct(u, hat[i])
            target[i] = u
            i &+= 1
        }
        let divisor = 1 / Float(count)
        return ((sum(sums) + lateSum) * divisor, (sum(products) + lateProducts) * divisor)
    }

    /// Turns u into dx = (u − mean(u) − x̂ · mean(u ⊙ x̂)) · rstd in place.
    @inline(always)
    private static func backwardRow(
        _ target: UnsafeMutablePointer<Float>, hat: UnsafeMutablePointer<Float>, mean: Float,
        product: Float, rstd: Float, count: Int, dBias: UnsafeMutablePointer<Float>?
    ) {
        let means = Lanes(repeating: mean)
        let slopes = Lanes(repeating: -product)
        let rstds = Lanes(repeating: rstd)
        var i = 0
        while i &+ laneCount <= count {
            let value = (load(target + i) - means).addingProduct(load(hat + i), slopes) * rstds
            store(value, target + i)
            if let dBias { store(load(dBias + i) + value, dBias + i) }
            i &+= laneCount
        }
        while i < count {
            let value = (target[i] - mean).addingProduct(hat[i], -product) * rstd
            target[i] = value
            if let dBias { dBias[i] += value }
            i &+= 1
        }
    }
}
