/// e^x.
private enum Exponential: LaneFunction {
    @inline(always)
    static func apply(_ x: Lanes) -> Lanes { exponential(x) }
}

/// ln x.
private enum Logarithm: LaneFunction {
    @inline(always)
    static func apply(_ x: Lanes) -> Lanes { logarithm(x) }
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

    /// target ← ln source for normal numbers; −infinity for 0 and subnormal numbers.
    public static func log(
        _ source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>, count: Int
    ) { map(source, into: target, count: count, Logarithm.self) }

    /// ln x of one number; as `log`.
    public static func log(of x: Float) -> Float { logarithm(Lanes(repeating: x))[0] }

    /// target ← ln Φ(source), Φ the standard normal distribution function; finite for all |source| < 1e19.
    public static func logNormalCDF(
        _ source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>, count: Int
    ) { map(source, into: target, count: count, LogNormalCDF.self) }

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
