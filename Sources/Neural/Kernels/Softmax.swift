/// Softmax over rows of logits, and what is computed with it.
///
/// All functions subtract the row's largest logit first, so that finite logits give finite results.
public enum Softmax {
    /// expectations[n] ← Σ_k softmax(logits)[n, k] · values[k].
    ///
    /// - Parameters:
    ///   - logits: [N, K].
    ///   - values: [K].
    ///   - expectations: [N].
    ///   - probabilities: softmax(logits) [N, K]; may be logits; nothing where it is not wanted.
    public static func expectation(
        _ logits: Matrix, values: UnsafePointer<Float>,
        into expectations: UnsafeMutablePointer<Float>, probabilities: Matrix? = nil
    ) {
        let count = logits.columns
        if let probabilities {
            for r in 0..<logits.rows {
                let p = probabilities.row(r)
                let scale = 1 / exponentials(logits.row(r), into: p, count: count)
                VectorMath.scale(p, count: count, by: scale)
                expectations[r] = VectorMath.dot(p, values, count: count)
            }
        } else {
            for r in 0..<logits.rows {
                expectations[r] = expectationRow(logits.row(r), values: values, count: count)
            }
        }
    }

    /// dLogits[n, k] ← seed[n] · p[n, k] · (values[k] − expectations[n]), the gradient of `expectation`.
    ///
    /// - Parameters:
    ///   - seed: the gradient of the expectations [N].
    ///   - probabilities: [N, K].
    ///   - dLogits: [N, K]; may be probabilities.
    ///   - accumulate: whether dLogits is added to what it holds; then it must not be probabilities.
    public static func expectationBackward(
        seed: UnsafePointer<Float>, probabilities: Matrix, values: UnsafePointer<Float>,
        expectations: UnsafePointer<Float>, into dLogits: Matrix, accumulate: Bool = false
    ) {
        let count = probabilities.columns
        precondition(dLogits.rows == probabilities.rows && dLogits.columns == count)
        for r in 0..<probabilities.rows {
            let p = UnsafePointer(probabilities.row(r))
            let target = dLogits.row(r)
            let seeds = Lanes(repeating: seed[r])
            let expected = Lanes(repeating: expectations[r])
            var i = 0
            while i &+ laneCount <= count {
                var value = load(p + i) * seeds * (load(values + i) - expected)
                if accumulate { value += load(target + i) }
                store(value, target + i)
                i &+= laneCount
            }
            while i < count {
                let value = p[i] * seed[r] * (values[i] - expectations[r])
                target[i] = accumulate ? target[i] + value : value
                i &+= 1
            }
        }
    }

    /// target ← softmax of one row of logits [K]; may be the logits themselves.
    ///
    /// - Returns: ln Σ_k e^logit, so that a logit less this is the logarithm of its probability.
    @discardableResult
    public static func probabilities(
        _ logits: UnsafeMutablePointer<Float>, into target: UnsafeMutablePointer<Float>, count: Int
    ) -> Float {
        let top = rowMaximum(logits, count: count)
        let total = exponentials(logits, into: target, count: count)
        VectorMath.scale(target, count: count, by: 1 / total)
        return top + VectorMath.log(of: total)
    }

    /// Σ p · values of one row without storing p.
    @inline(always)
    private static func expectationRow(
        _ row: UnsafeMutablePointer<Float>, values: UnsafePointer<Float>, count: Int
    ) -> Float {
        let largest = Lanes(repeating: rowMaximum(row, count: count))
        var total = Lanes(repeating: 0)
        var weighted = total
        var i = 0
        while i &+ laneCount <= count {
            let e = exponential(load(row + i) - largest)
            total += e
            weighted = weighted.addingProduct(e, load(values + i))
            i &+= laneCount
        }
        let rest = count &- i
        if rest > 0 {
            let e = exponential(
                load(UnsafePointer(row + i), first: rest, filler: -.infinity) - largest)
            total += e
            weighted = weighted.addingProduct(e, load(values + i, first: rest))
        }
        return sum(weighted) / sum(total)
    }

    /// target ← e^(row − its largest element); returns the sum of the exponentials.
    @inline(always)
    static func exponentials(
        _ row: UnsafeMutablePointer<Float>, into target: UnsafeMutablePointer<Float>, count: Int
    ) -> Float {
        let shift = Lanes(repeating: rowMaximum(row, count: count))
        var total = Lanes(repeating: 0)
        var i = 0
        while i &+ laneCount <= count {
            let e = exponential(load(row + i) - shift)
            store(e, target + i)
            total += e
            i &+= laneCount
        }
        let rest = count &- i
        if rest > 0 {
            let e = exponential(
                load(UnsafePointer(row + i), first: rest, filler: -.infinity) - shift)
            store(e, target + i, first: rest)
            total += e
        }
        return sum(total)
    }

    /// The largest element of a row.
    @inline(always)
    private static func rowMaximum(_ row: UnsafeMutablePointer<Float>, count: Int) -> Float {
        var best = Lanes(repeating: -.infinity)
        var i = 0
        while i &+ laneCount <= count {
            best = larger(best, load(row + i))
            i &+= laneCount
        }
        let rest = count &- i
        if rest > 0 {
            best = larger(best, load(UnsafePointer(row + i), first: rest, filler: -.infinity))
        }
        return Neural.largest(best)
    }
}
