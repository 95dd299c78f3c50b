/// The activation y = x · σ(x).
public enum Swish {
    /// Activates x [N, H] plus a bias.
    ///
    /// - Parameters:
    ///   - bias: [H]; nothing for none.
    ///   - y: [N, H]; may be x.
    ///   - slope: dy/dx [N, H] for the backward pass; may be x if y is not.
    public static func forward(
        _ x: Matrix, bias: UnsafePointer<Float>? = nil, into y: Matrix, slope: Matrix? = nil
    ) {
        let count = x.columns
        precondition(y.rows == x.rows && y.columns == count)
        for r in 0..<x.rows {
            let source = UnsafePointer(x.row(r))
            let target = y.row(r)
            let kept = slope?.row(r)
            var i = 0
            while i &+ laneCount <= count {
                var v = load(source + i)
                if let bias { v += load(bias + i) }
                let s = sigmoid(v)
                let out = v * s
                if let kept { store((s + out).addingProduct(-out, s), kept + i) }
                store(out, target + i)
                i &+= laneCount
            }
            let rest = count &- i
            if rest > 0 {
                var v = load(source + i, first: rest)
                if let bias { v += load(bias + i, first: rest) }
                let s = sigmoid(v)
                let out = v * s
                if let kept {
                    store((s + out).addingProduct(-out, s), kept + i, first: rest)
                }
                store(out, target + i, first: rest)
            }
        }
    }

    /// dX = dY ⊙ slope, all [N, H], and adds dX's rows to a bias' gradient [H]; dX may be dY.
    public static func backward(
        _ dY: Matrix, slope: Matrix, into dX: Matrix, dBias: UnsafeMutablePointer<Float>? = nil
    ) {
        multiplyRows(dY, slope, into: dX, dBias: dBias, Product.self)
    }
}

/// The activation y = max(x, 0).
public enum ReLU {
    /// Activates x [N, H] plus a bias [H]; y may be x.
    public static func forward(_ x: Matrix, bias: UnsafePointer<Float>? = nil, into y: Matrix) {
        mapRows(x, bias: bias, into: y, PositivePart.self)
    }

    /// dX = dY where the output y was positive, else 0, and adds dX's rows to a bias' gradient [H]; dX may be dY.
    public static func backward(
        _ dY: Matrix, y: Matrix, into dX: Matrix, dBias: UnsafeMutablePointer<Float>? = nil
    ) {
        multiplyRows(dY, y, into: dX, dBias: dBias, WherePositive.self)
    }
}

/// The activation y = tanh x.
public enum Tanh {
    /// Activates x [N, H] plus a bias [H]; y may be x.
    public static func forward(_ x: Matrix, bias: UnsafePointer<Float>? = nil, into y: Matrix) {
        mapRows(x, bias: bias, into: y, HyperbolicTangent.self)
    }

    /// dX = dY ⊙ (1 − y²) with the output y, and adds dX's rows to a bias' gradient [H]; dX may be dY.
    public static func backward(
        _ dY: Matrix, y: Matrix, into dX: Matrix, dBias: UnsafeMutablePointer<Float>? = nil
    ) {
        multiplyRows(dY, y, into: dX, dBias: dBias, TangentSlope.self)
    }
}

/// max(x, 0).
private enum PositivePart: LaneFunction {
    @inline(always)
    static func apply(_ x: Lanes) -> Lanes { larger(x, Lanes(repeating: 0)) }
}

/// tanh x.
private enum HyperbolicTangent: LaneFunction {
    @inline(always)
    static func apply(_ x: Lanes) -> Lanes { hyperbolicTangent(x) }
}

/// d · slope.
private enum Product: LanePairFunction {
    @inline(always)
    static func apply(_ d: Lanes, _ slope: Lanes) -> Lanes { d * slope }
}

/// d where y > 0, else 0.
private enum WherePositive: LanePairFunction {
    @inline(always)
    static func apply(_ d: Lanes, _ y: Lanes) -> Lanes {
        let zero = Lanes(repeating: 0)
        return zero.replacing(with: d, where: y .> zero)
    }
}

/// d · (1 − y²).
private enum TangentSlope: LanePairFunction {
    @inline(always)
    static func apply(_ d: Lanes, _ y: Lanes) -> Lanes { d.addingProduct(d * y, -y) }
}

/// y ← function(x + bias), row by row.
private func mapRows<Function: LaneFunction>(
    _ x: Matrix, bias: UnsafePointer<Float>?, into y: Matrix, _ function: Function.Type
) {
    let count = x.columns
    precondition(y.rows == x.rows && y.columns == count)
    for r in 0..<x.rows {
        let source = UnsafePointer(x.row(r))
        let target = y.row(r)
        var i = 0
        while i &+ laneCount <= count {
            var v = load(source + i)
            if let bias { v += load(bias + i) }
            store(function.apply(v), target + i)
            i &+= laneCount
        }
        let rest = count &- i
        if rest > 0 {
            var v = load(source + i, first: rest)
            if let bias { v += load(bias + i, first: rest) }
            store(function.apply(v), target + i, first: rest)
        }
    }
}

/// dX ← function(dY, kept), row by row, and dBias += dX's rows.
private func multiplyRows<Function: LanePairFunction>(
    _ dY: Matrix, _ kept: Matrix, into dX: Matrix, dBias: UnsafeMutablePointer<Float>?,
    _ function: Function.Type
) {
    let count = dY.columns
    precondition(kept.rows >= dY.rows && kept.columns == count)
    precondition(dX.rows == dY.rows && dX.columns == count)
    for r in 0..<dY.rows {
        let d = UnsafePointer(dY.row(r))
        let k = UnsafePointer(kept.row(r))
        let target = dX.row(r)
        var i = 0
        while i &+ laneCount <= count {
            let value = function.apply(load(d + i), load(k + i))
            store(value, target + i)
            if let dBias { store(load(dBias + i) + value, dBias + i) }
            i &+= laneCount
        }
        let rest = count &- i
        if rest > 0 {
            let value = function.apply(load(d + i, first: rest), load(k + i, first: rest))
            store(value, target + i, first: rest)
            if let dBias {
                let old = load(UnsafePointer(dBias + i), first: rest)
                store(old + value, dBias + i, first: rest)
            }
        }
    }
}
