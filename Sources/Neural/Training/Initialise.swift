/// First values of parameters.
///
/// For setting up only: these allocate. Each tensor takes a key of its own, such as stream = network, step = tensor.
public enum Initialise {
    /// Normal numbers of a standard deviation.
    public static func normal(
        _ target: UnsafeMutablePointer<Float>, count: Int, deviation: Float, key: RandomKey
    ) {
        key.fillNormal(target, count: count)
        VectorMath.scale(target, count: count, by: deviation)
    }

    /// Numbers in [low, high).
    public static func uniform(
        _ target: UnsafeMutablePointer<Float>, count: Int, low: Float, high: Float, key: RandomKey
    ) { key.fillUniform(target, count: count, low: low, high: high) }

    /// Normal numbers of variance 1/inputs, cut off at two standard deviations: LeCun's initialisation of a kernel [I, O].
    ///
    /// Numbers beyond the cut are drawn again, and the deviation is enlarged to make up for the cut, so that the
    /// variance is 1/inputs.
    public static func lecunNormal(
        _ target: UnsafeMutablePointer<Float>, inputs: Int, outputs: Int, key: RandomKey
    ) {
        let count = inputs * outputs
        key.fillNormal(target, count: count)
        var index: UInt64 = 0
        for i in 0..<count {
            while abs(target[i]) > 2 {
                // Redrawn numbers come from later rows, two at a time of which one is used.
                index += 1
                key.fillNormal(target + i, count: 1, row: index)
            }
        }
        // 0.8796… is the standard deviation of a standard normal number cut off at ±2.
        let deviation = 1 / Float(inputs).squareRoot() / 0.879_625_661_034_239_8
        VectorMath.scale(target, count: count, by: deviation)
    }

    /// A kernel [I, O] with orthonormal rows or columns, whichever are fewer, times a gain.
    ///
    /// The QR decomposition of a normal matrix of the larger × the smaller side, with R's diagonal positive (`Learning/Algorithm.md` A8),
    /// by Gram–Schmidt in double precision, every vector twice.
    public static func orthogonal(
        _ target: UnsafeMutablePointer<Float>, inputs: Int, outputs: Int, gain: Float,
        key: RandomKey
    ) {
        let long = max(inputs, outputs)
        let short = min(inputs, outputs)
        guard short > 0 else { return }
        let drawn = Arena(count: long * short)
        key.fillNormal(drawn.base, count: long * short)
        // `short` vectors of `long` elements, one after the other: [short, long].
        var vectors = (0..<long * short).map { Double(drawn.base[$0]) }
        vectors.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            for j in 0..<short {
                let v = base + j * long
                for _ in 0..<2 {
                    for k in 0..<j {
                        let q = base + k * long
                        subtract(q, times: dot(q, v, long), from: v, long)
                    }
                }
                let length = dot(v, v, long).squareRoot()
                precondition(length > 0, "drawn vectors are dependent")
                for i in 0..<long { v[i] /= length }
            }
            for i in 0..<inputs {
                for o in 0..<outputs {
                    let value = inputs >= outputs ? base[o * long + i] : base[i * long + o]
                    target[i * outputs + o] = Float(value) * gain
                }
            }
        }
    }

    private static func dot(
        _ a: UnsafeMutablePointer<Double>, _ b: UnsafeMutablePointer<Double>, _ count: Int
    ) -> Double {
        var sums = SIMD8<Double>(repeating: 0)
        var i = 0
        while i &+ 8 <= count {
            sums = sums.addingProduct(eight(a + i), eight(b + i))
            i &+= 8
        }
        var total = sums.sum()
        while i < count {
            total += a[i] * b[i]
            i &+= 1
        }
        return total
    }

    private static func subtract(
        _ q: UnsafeMutablePointer<Double>, times factor: Double,
        from v: UnsafeMutablePointer<Double>, _ count: Int
    ) {
        var i = 0
        while i &+ 8 <= count {
            let value = eight(v + i) - eight(q + i) * factor
            UnsafeMutableRawPointer(v + i).storeBytes(of: value, as: SIMD8<Double>.self)
            i &+= 8
        }
        while i < count {
            v[i] -= q[i] * factor
            i &+= 1
        }
    }

    @inline(always)
    private static func eight(_ p: UnsafeMutablePointer<Double>) -> SIMD8<Double> {
        UnsafeRawPointer(p).loadUnaligned(as: SIMD8<Double>.self)
    }
}
