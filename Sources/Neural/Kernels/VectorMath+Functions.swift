/// e^x.
private enum Exponential: LaneFunction {
    @inline(always)
    static func apply(_ x: Lanes) -> Lanes { exponential(x) }
}

/// tanh x.
private enum HyperbolicTangent: LaneFunction {
    @inline(always)
    static func apply(_ x: Lanes) -> Lanes { hyperbolicTangent(x) }
}

/// ln x.
private enum Logarithm: LaneFunction {
    @inline(always)
    static func apply(_ x: Lanes) -> Lanes { logarithm(x) }
}

/// 1 / (1 + e^(−x)).
private enum Sigmoid: LaneFunction {
    @inline(always)
    static func apply(_ x: Lanes) -> Lanes { sigmoid(x) }
}

/// ln Φ(x).
private enum LogNormalCDF: LaneFunction {
    @inline(always)
    static func apply(_ x: Lanes) -> Lanes { logNormalCDF(x) }
}

extension VectorMath {
    /// target ← e^source, within 1.5 ulp; 0 below −88, infinity above 88.4.
    public static func exp(
        _ source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>, count: Int
    ) { map(source, into: target, count: count, Exponential.self) }

    /// target ← tanh source, within 4e-7 relative.
    public static func tanh(
        _ source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>, count: Int
    ) { map(source, into: target, count: count, HyperbolicTangent.self) }

    /// target ← ln source for normal numbers; −infinity for 0 and subnormal numbers.
    public static func log(
        _ source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>, count: Int
    ) { map(source, into: target, count: count, Logarithm.self) }

    /// target ← 1 / (1 + e^(−source)), within 4e-7 relative.
    public static func sigmoid(
        _ source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>, count: Int
    ) { map(source, into: target, count: count, Sigmoid.self) }

    /// target ← ln Φ(source), Φ the standard normal distribution function; finite for all |source| < 1e19.
    public static func logNormalCDF(
        _ source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>, count: Int
    ) { map(source, into: target, count: count, LogNormalCDF.self) }

    /// target ← sin source and cosines ← cos source, for angles of up to ±8 192 turns, within 2e-7 + 4e-7 · |source|.
    public static func sineCosine(
        _ source: UnsafePointer<Float>, sines: UnsafeMutablePointer<Float>,
        cosines: UnsafeMutablePointer<Float>, count: Int
    ) {
        var i = 0
        while i < count {
            let n = min(laneCount, count &- i)
            let x = n == laneCount ? load(source + i) : load(source + i, first: n)
            let (s, c) = Neural.sineAndCosine(radians: x)
            if n == laneCount {
                store(s, sines + i)
                store(c, cosines + i)
            } else {
                store(s, sines + i, first: n)
                store(c, cosines + i, first: n)
            }
            i &+= laneCount
        }
    }

    /// Applies a function of lanes.
    private static func map<Function: LaneFunction>(
        _ source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>, count: Int,
        _ function: Function.Type
    ) {
        var i = 0
        while i &+ laneCount <= count {
            store(function.apply(load(source + i)), target + i)
            i &+= laneCount
        }
        let rest = count &- i
        if rest > 0 {
            store(function.apply(load(source + i, first: rest)), target + i, first: rest)
        }
    }
}
