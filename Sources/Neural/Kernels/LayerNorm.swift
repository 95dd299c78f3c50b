/// Normalisation of each row to mean 0 and variance 1, then a scale and a shift per column.
///
/// y = x̂ ⊙ scale + shift with x̂ = (x − μ) / √(v + ε), v the biased variance. Formulas: `Learning/Algorithm.md`
/// A2; arXiv 1607.06450, equation 3.
public enum LayerNorm {
    /// What is added to the variance: the published constant of dense layers.
    public static let epsilon: Float = 1e-6

    /// Normalises the rows of x [N, H].
    ///
    /// - Parameters:
    ///   - scale: [H].
    ///   - shift: [H].
    ///   - y: [N, H]; may be x.
    ///   - normalised: x̂ [N, H] for the backward pass; may be x, but not y.
    ///   - reciprocalDeviation: 1/√(v + ε) [N] for the backward pass.
    ///   - epsilon: what is added to the variance.
    public static func forward(
        _ x: Matrix, scale: UnsafePointer<Float>, shift: UnsafePointer<Float>, into y: Matrix,
        normalised: Matrix? = nil, reciprocalDeviation: UnsafeMutablePointer<Float>? = nil,
        epsilon: Float = LayerNorm.epsilon
    ) {
        let count = x.columns
        precondition(y.columns == count && y.rows == x.rows)
        for r in 0..<x.rows {
            let row = x.row(r)
            let (mean, rstd) = rowMoments(
                row, bias: nil, staging: nil, count: count, epsilon: epsilon)
            reciprocalDeviation?[r] = rstd
            let means = Lanes(repeating: mean)
            let rstds = Lanes(repeating: rstd)
            let out = y.row(r)
            let kept = normalised?.row(r)
            var i = 0
            while i &+ laneCount <= count {
                let hat = (load(row + i) - means) * rstds
                if let kept { store(hat, kept + i) }
                store(load(shift + i).addingProduct(hat, load(scale + i)), out + i)
                i &+= laneCount
            }
            while i < count {
                let hat = (row[i] - mean) * rstd
                if let kept { kept[i] = hat }
                out[i] = shift[i].addingProduct(hat, scale[i])
                i &+= 1
            }
        }
    }

    /// The layer's result once more, y = x̂ ⊙ scale + shift [N, H], from x̂ [N, H] alone.
    public static func again(
        _ normalised: Matrix, scale: UnsafePointer<Float>, shift: UnsafePointer<Float>,
        into y: Matrix
    ) {
        let count = normalised.columns
        precondition(y.columns == count && y.rows == normalised.rows)
        for r in 0..<y.rows {
            let hat = normalised.row(r)
            let out = y.row(r)
            var i = 0
            while i &+ laneCount <= count {
                store(load(shift + i).addingProduct(load(hat + i), load(scale + i)), out + i)
                i &+= laneCount
            }
            while i < count {
                out[i] = shift[i].addingProduct(hat[i], scale[i])
                i &+= 1
            }
        }
    }

    /// Propagates dY [N, H] to x, and adds to the gradients of scale and shift.
    ///
    /// - Parameters:
    ///   - dX: [N, H]; may be dY.
    ///   - accumulate: whether dX is added to what it holds; then it must not be dY.
    ///   - dScale: [H], always added to; nothing where it is not wanted.
    ///   - dShift: [H], always added to; nothing where it is not wanted.
    public static func backward(
        _ dY: Matrix, normalised: Matrix, reciprocalDeviation: UnsafePointer<Float>,
        scale: UnsafePointer<Float>, into dX: Matrix, accumulate: Bool = false,
        dScale: UnsafeMutablePointer<Float>?, dShift: UnsafeMutablePointer<Float>?
    ) {
        let count = dY.columns
        precondition(
            dX.columns == count && normalised.columns == count && dX.rows == dY.rows
                && normalised.rows == dY.rows)
        for r in 0..<dY.rows {
            let d = dY.row(r)
            let hat = normalised.row(r)
            if let dScale { addProducts(d, hat, into: dScale, count: count) }
            if let dShift { VectorMath.add(d, into: dShift, count: count) }
            backwardRow(
                d, hat: hat, scale: scale, rstd: reciprocalDeviation[r], into: dX.row(r),
                accumulate: accumulate, count: count)
        }
    }

    /// target += a ⊙ b.
    private static func addProducts(
        _ a: UnsafeMutablePointer<Float>, _ b: UnsafeMutablePointer<Float>,
        into target: UnsafeMutablePointer<Float>, count: Int
    ) {
        var i = 0
        while i &+ laneCount <= count {
            store(load(target + i).addingProduct(load(a + i), load(b + i)), target + i)
            i &+= laneCount
        }
        while i < count {
            target[i] = target[i].addingProduct(a[i], b[i])
            i &+= 1
        }
    }

    /// dx = (u − mean(u) − x̂ · mean(u ⊙ x̂)) · rstd with u = dy ⊙ scale.
    private static func backwardRow(
        _ d: UnsafeMutablePointer<Float>, hat: UnsafeMutablePointer<Float>,
        scale: UnsafePointer<Float>, rstd: Float, into dX: UnsafeMutablePointer<Float>,
        accumulate: Bool, count: Int
    ) {
        var sums = Lanes(repeating: 0)
        var products = sums
        var i = 0
        while i &+ laneCount <= count {
            let u = load(d + i) * load(scale + i)
            sums += u
            products = products.addingProduct(u, load(hat + i))
            i &+= laneCount
        }
        let rest = count &- i
        let u = load(UnsafePointer(d + i), first: rest) * load(scale + i, first: rest)
        sums += u
        products = products.addingProduct(u, load(UnsafePointer(hat + i), first: rest))
        let mean = sum(sums) / Float(count)
        let slope = sum(products) / Float(count)
        let means = Lanes(repeating: mean)
        let slopes = Lanes(repeating: -slope)
        let rstds = Lanes(repeating: rstd)
        i = 0
        while i &+ laneCount <= count {
            let u = load(d + i) * load(scale + i)
            var value = (u - means).addingProduct(load(hat + i), slopes) * rstds
            if accumulate { value += load(dX + i) }
            store(value, dX + i)
            i &+= laneCount
        }
        while i < count {
            let value = (d[i] * scale[i] - mean).addingProduct(hat[i], -slope) * rstd
            dX[i] = accumulate ? dX[i] + value : value
            i &+= 1
        }
    }
}

/// The mean and 1/√(variance + ε) of a row plus a bias, in one pass; writes the biased row to `staging` if given.
///
/// Sums are taken of the differences to the row's first element K. As K is one of the row's elements,
/// (K − μ)² ≤ count · v, so the cancellation in v = E[d²] − E[d]² costs at most a factor `count` of the rounding.
@inline(always)
func rowMoments(
    _ row: UnsafeMutablePointer<Float>, bias: UnsafePointer<Float>?,
    staging: UnsafeMutablePointer<Float>?, count: Int, epsilon: Float = LayerNorm.epsilon
) -> (mean: Float, reciprocalDeviation: Float) {
    var first = count > 0 ? row[0] : 0
    if let bias, count > 0 { first += bias[0] }
    let origin = Lanes(repeating: first)
    var sums = Lanes(repeating: 0)
    var squares = sums
    var sums2 = sums
    var squares2 = sums
    var i = 0
    while i &+ 32 <= count {
        var v = load(row + i)
        var w = load(row + i + 16)
        if let bias {
            v += load(bias + i)
            w += load(bias + i + 16)
        }
        if let staging {
            store(v, staging + i)
            store(w, staging + i + 16)
        }
        v -= origin
        w -= origin
        sums += v
        sums2 += w
        squares = squares.addingProduct(v, v)
        squares2 = squares2.addingProduct(w, w)
        i &+= 32
    }
    var lateSum: Float = 0
    var lateSquares: Float = 0
    while i < count {
        var v = row[i]
        if let bias { v += bias[i] }
        if let staging { staging[i] = v }
        v -= first
        lateSum += v
        lateSquares = lateSquares.addingProduct(v, v)
        i &+= 1
    }
    let scale = 1 / Float(max(count, 1))
    let mean = (sum(sums + sums2) + lateSum) * scale
    let square = (sum(squares + squares2) + lateSquares) * scale
    let variance = max(square - mean * mean, 0)
    return (first + mean, 1 / (variance + epsilon).squareRoot())
}
