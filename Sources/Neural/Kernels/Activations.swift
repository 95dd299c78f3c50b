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
        let count = dY.columns
        precondition(slope.rows >= dY.rows && slope.columns == count)
        precondition(dX.rows == dY.rows && dX.columns == count)
        for r in 0..<dY.rows {
            let d = UnsafePointer(dY.row(r))
            let k = UnsafePointer(slope.row(r))
            let target = dX.row(r)
            var i = 0
            while i &+ laneCount <= count {
                let value = load(d + i) * load(k + i)
                store(value, target + i)
                if let dBias { store(load(dBias + i) + value, dBias + i) }
                i &+= laneCount
            }
            let rest = count &- i
            if rest > 0 {
                let value = load(d + i, first: rest) * load(k + i, first: rest)
                store(value, target + i, first: rest)
                if let dBias {
                    let old = load(UnsafePointer(dBias + i), first: rest)
                    store(old + value, dBias + i, first: rest)
                }
            }
        }
    }
}
