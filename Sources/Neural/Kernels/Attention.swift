/// Attention of several heads: each row of a sequence takes a mean of the values of the rows that it sees.
///
/// Per head of width w: P = softmax(QKᵀ/√w) over the rows that are seen, 0 for the others, and Y = PV; Vaswani and
/// others, arXiv 1706.03762, equation 1. Loops of our own: a sequence has some tens of rows, too few for products.
/// A row's result depends on no other sequence. Any thread may call, each on its own output. Nothing here allocates.
public enum Attention {
    /// Which rows of its sequence a row sees: always the first so many.
    public enum Reach: Sendable, Equatable {
        /// Itself and all before.
        case causal
        /// The first rows, so many, see one another alone; the others see everything.
        case observed(Int)

        /// How many rows a row sees of a sequence of `length`.
        @inline(always)
        public func count(of row: Int, length: Int) -> Int {
            switch self {
            case .causal: row + 1
            case .observed(let first): row < first ? first : length
            }
        }
    }

    /// Keys and values of the same rows, in memory that somebody else owns.
    public struct Seen {
        /// The first row's key, all heads side by side.
        public var keys: UnsafePointer<Float>
        /// The first row's value.
        public var values: UnsafePointer<Float>
        /// From one row to the next, in elements.
        public var stride: Int
        /// How many rows.
        public var count: Int

        /// Gathers them.
        public init(
            keys: UnsafePointer<Float>, values: UnsafePointer<Float>, stride: Int, count: Int
        ) {
            self.keys = keys
            self.values = values
            self.stride = stride
            self.count = count
        }
    }

    /// One row's result over keys that it shares with others and then its sequence's own.
    ///
    /// - Parameters:
    ///   - query: [D], all heads side by side.
    ///   - shared: seen first; nil for none.
    ///   - own: seen after them.
    ///   - heads: a divisor of D.
    ///   - weights: room for heads × `weightStride` floats; head a's P goes to a × `weightStride` on.
    ///   - weightStride: at least the number of rows seen.
    ///   - y: [D].
    public static func row(
        _ query: UnsafePointer<Float>, shared: Seen? = nil, own: Seen, heads: Int, width: Int,
        weights: UnsafeMutablePointer<Float>, weightStride: Int, into y: UnsafeMutablePointer<Float>
    ) {
        let inverse = 1 / Float(width).squareRoot()
        let first = shared?.count ?? 0
        let count = first &+ own.count
        for head in 0..<heads {
            let column = head &* width
            let q = query + column
            let p = weights + head &* weightStride
            if let shared {
                score(q, shared.keys + column, shared.stride, first, width, inverse, into: p)
            }
            score(q, own.keys + column, own.stride, own.count, width, inverse, into: p + first)
            let total = Softmax.exponentials(p, into: p, count: count)
            let share = 1 / total
            for j in 0..<count { p[j] *= share }
            let out = y + column
            var i = 0
            while i < width {
                let lanes = min(laneCount, width &- i)
                var sum = Lanes(repeating: 0)
                if let shared {
                    weigh(shared.values + column + i, shared.stride, first, p, lanes, onto: &sum)
                }
                weigh(own.values + column + i, own.stride, own.count, p + first, lanes, onto: &sum)
                if lanes == laneCount {
                    store(sum, out + i)
                } else {
                    store(sum, out + i, first: lanes)
                }
                i &+= laneCount
            }
        }
    }

    /// Whole sequences, for training: each row's result, and P for the backward pass.
    ///
    /// - Parameters:
    ///   - qkv: [S·T, 3D], queries, keys and values side by side; row s·T + t is row t of sequence s.
    ///   - length: T.
    ///   - reach: who sees whom.
    ///   - heads: a divisor of D.
    ///   - weights: P [S·T, heads·T], 0 where nothing is seen.
    ///   - y: [S·T, D].
    public static func forward(
        _ qkv: Matrix, length: Int, reach: Reach, heads: Int, weights: Matrix, into y: Matrix
    ) {
        let width = y.columns
        precondition(qkv.columns == 3 * width && width % heads == 0 && qkv.rows % length == 0)
        precondition(weights.columns == heads * length && weights.rows == qkv.rows)
        for start in stride(from: 0, to: qkv.rows, by: length) {
            let keys = UnsafePointer(qkv.row(start)) + width
            for t in 0..<length {
                let seen = reach.count(of: t, length: length)
                let p = weights.row(start + t)
                row(
                    qkv.row(start + t),
                    own: Seen(keys: keys, values: keys + width, stride: qkv.stride, count: seen),
                    heads: heads, width: width / heads, weights: p, weightStride: length,
                    into: y.row(start + t))
                guard seen < length else { continue }
                for head in 0..<heads {
                    (p + head * length + seen).update(repeating: 0, count: length - seen)
                }
            }
        }
    }

    /// Propagates dY [S·T, D] to queries, keys and values.
    ///
    /// With r = Σ dY ⊙ Y per head and row: dV = PᵀdY, dP = dYVᵀ, dS = P ⊙ (dP − r), dQ = dS·K/√w, dK = dSᵀQ/√w.
    ///
    /// - Parameters:
    ///   - y: as `forward` left it.
    ///   - weights: as `forward` left it.
    ///   - dQKV: [S·T, 3D], overwritten.
    public static func backward(
        _ dY: Matrix, y: Matrix, qkv: Matrix, weights: Matrix, length: Int, reach: Reach,
        heads: Int, into dQKV: Matrix
    ) {
        let width = y.columns
        precondition(dQKV.rows == qkv.rows && dQKV.columns == qkv.columns)
        dQKV.fill(0)
        for start in stride(from: 0, to: qkv.rows, by: length) {
            for t in 0..<length {
                let seen = reach.count(of: t, length: length)
                for head in 0..<heads {
                    let column = head * (width / heads)
                    backwardRow(
                        dY.row(start + t) + column, y: y.row(start + t) + column,
                        weights: weights.row(start + t) + head * length, seen: seen,
                        query: qkv.row(start + t) + column,
                        keys: qkv.row(start) + width + column, stride: qkv.stride,
                        dQuery: dQKV.row(start + t) + column,
                        dKeys: dQKV.row(start) + width + column, dStride: dQKV.stride,
                        width: width / heads, valueOffset: width)
                }
            }
        }
    }

    /// One head of one row; keys and values, and their gradients, are `valueOffset` apart.
    @inline(always)
    private static func backwardRow(
        _ dY: UnsafePointer<Float>, y: UnsafePointer<Float>, weights: UnsafePointer<Float>,
        seen: Int, query: UnsafePointer<Float>, keys: UnsafePointer<Float>, stride: Int,
        dQuery: UnsafeMutablePointer<Float>, dKeys: UnsafeMutablePointer<Float>, dStride: Int,
        width: Int, valueOffset: Int
    ) {
        let inverse = 1 / Float(width).squareRoot()
        let mean = dot(dY, y, width)
        for j in 0..<seen {
            let p = weights[j]
            let key = keys + j &* stride
            let dKey = dKeys + j &* dStride
            let slope = inverse * p * (dot(dY, key + valueOffset, width) - mean)
            var i = 0
            while i &+ laneCount <= width {
                let lanes = (load(dY + i), load(key + i), load(query + i))
                let (p, slope) = (Lanes(repeating: p), Lanes(repeating: slope))
                let dValue = dKey + valueOffset + i
                store(load(dValue).addingProduct(lanes.0, p), dValue)
                store(load(dQuery + i).addingProduct(lanes.1, slope), dQuery + i)
                store(load(dKey + i).addingProduct(lanes.2, slope), dKey + i)
                i &+= laneCount
            }
            while i < width {
                dKey[valueOffset + i] = dKey[valueOffset + i].addingProduct(dY[i], p)
                dQuery[i] = dQuery[i].addingProduct(key[i], slope)
                dKey[i] = dKey[i].addingProduct(query[i], slope)
                i &+= 1
            }
        }
    }

    /// target[j] ← factor · q · keys[j].
    @inline(always)
    private static func score(
        _ q: UnsafePointer<Float>, _ keys: UnsafePointer<Float>, _ stride: Int, _ count: Int,
        _ width: Int, _ factor: Float, into target: UnsafeMutablePointer<Float>
    ) {
        for j in 0..<count { target[j] = factor * dot(q, keys + j &* stride, width) }
    }

    /// Adds Σ_j p[j] · values[j], `lanes` columns of them.
    @inline(always)
    private static func weigh(
        _ values: UnsafePointer<Float>, _ stride: Int, _ count: Int, _ p: UnsafePointer<Float>,
        _ lanes: Int, onto sum: inout Lanes
    ) {
        if lanes == laneCount {
            for j in 0..<count {
                sum = sum.addingProduct(load(values + j &* stride), Lanes(repeating: p[j]))
            }
        } else {
            for j in 0..<count {
                sum = sum.addingProduct(
                    load(values + j &* stride, first: lanes), Lanes(repeating: p[j]))
            }
        }
    }

    /// The scalar product of a head's width.
    @inline(always)
    private static func dot(
        _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ count: Int
    ) -> Float {
        var total = Lanes(repeating: 0)
        var i = 0
        while i &+ laneCount <= count {
            total = total.addingProduct(load(a + i), load(b + i))
            i &+= laneCount
        }
        let rest = count &- i
        if rest > 0 {
            total = total.addingProduct(load(a + i, first: rest), load(b + i, first: rest))
        }
        return sum(total)
    }
}
