/// A function of each lane and its slope, as a type, so that loops over buffers are compiled for it without a call.
protocol Activation {
    /// f(x), and what its slope is cheaply made of.
    static func value(_ x: Lanes) -> (value: Lanes, aid: Lanes)
    /// f′(x), from x, f(x) and the aid.
    static func slope(_ x: Lanes, value: Lanes, aid: Lanes) -> Lanes
}

extension Activation {
    /// y = f(x + bias), and dy/dx where it is wanted: what the public `forward` of each activation does.
    @inline(always)
    static func activate(
        _ x: Matrix, bias: UnsafePointer<Float>?, into y: Matrix, slope: Matrix?
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
                let (out, aid) = value(v)
                if let kept { store(Self.slope(v, value: out, aid: aid), kept + i) }
                store(out, target + i)
                i &+= laneCount
            }
            let rest = count &- i
            if rest > 0 {
                var v = load(source + i, first: rest)
                if let bias { v += load(bias + i, first: rest) }
                let (out, aid) = value(v)
                if let kept { store(Self.slope(v, value: out, aid: aid), kept + i, first: rest) }
                store(out, target + i, first: rest)
            }
        }
    }

    /// dX = dY ⊙ slope, and adds dX's rows to a bias' gradient: what the public `backward` of each activation does.
    @inline(always)
    static func propagate(
        _ dY: Matrix, slope: Matrix, into dX: Matrix, dBias: UnsafeMutablePointer<Float>?
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
