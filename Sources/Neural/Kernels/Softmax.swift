/// Softmax over rows of logits, and what is computed with it.
///
/// All functions subtract the row's largest logit first, so that finite logits give finite results.
public enum Softmax {
    /// probabilities ← softmax of each row of logits, both [N, K]; may be the same matrix.
    public static func forward(_ logits: Matrix, into probabilities: Matrix) {
        precondition(
            probabilities.rows == logits.rows && probabilities.columns == logits.columns)
        for r in 0..<logits.rows {
            let target = probabilities.row(r)
            let (_, total) = exponentials(logits.row(r), into: target, count: logits.columns)
            VectorMath.scale(target, count: logits.columns, by: 1 / total)
        }
    }

    /// result[n] ← ln Σ_k e^(logits[n, k]).
    public static func logSumExp(_ logits: Matrix, into result: UnsafeMutablePointer<Float>) {
        for r in 0..<logits.rows {
            let (largest, total) = exponentials(logits.row(r), into: nil, count: logits.columns)
            result[r] = largest + logarithm(Lanes(repeating: total))[0]
        }
    }

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
                let (_, total) = exponentials(logits.row(r), into: p, count: count)
                let scale = 1 / total
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

    /// Cross-entropy of softmax(logits) with given distributions, and its gradient.
    ///
    /// - Parameters:
    ///   - logits: [N, K].
    ///   - targets: distributions [N, K], each row summing to 1.
    ///   - scale: the factor of the gradient, such as one over the batch.
    ///   - losses: −Σ_k target · ln softmax(logits) [N], without the factor.
    ///   - dLogits: scale · (softmax(logits) − targets) [N, K]; may be logits.
    public static func crossEntropy(
        _ logits: Matrix, targets: Matrix, scale: Float,
        losses: UnsafeMutablePointer<Float>, into dLogits: Matrix
    ) {
        let count = logits.columns
        precondition(targets.rows == logits.rows && targets.columns == count)
        precondition(dLogits.rows == logits.rows && dLogits.columns == count)
        for r in 0..<logits.rows {
            let target = UnsafePointer(targets.row(r))
            let d = dLogits.row(r)
            let matched = VectorMath.dot(logits.row(r), target, count: count)
            let (largest, total) = exponentials(logits.row(r), into: d, count: count)
            losses[r] = largest + logarithm(Lanes(repeating: total))[0] - matched
            VectorMath.scale(d, count: count, by: scale / total)
            VectorMath.add(target, times: -scale, into: d, count: count)
        }
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

    /// target ← e^(row − largest); returns the largest element and the sum of the exponentials.
    @inline(always)
    private static func exponentials(
        _ row: UnsafeMutablePointer<Float>, into target: UnsafeMutablePointer<Float>?, count: Int
    ) -> (largest: Float, total: Float) {
        let largest = rowMaximum(row, count: count)
        let shift = Lanes(repeating: largest)
        var total = Lanes(repeating: 0)
        var i = 0
        while i &+ laneCount <= count {
            let e = exponential(load(row + i) - shift)
            if let target { store(e, target + i) }
            total += e
            i &+= laneCount
        }
        let rest = count &- i
        if rest > 0 {
            let e = exponential(
                load(UnsafePointer(row + i), first: rest, filler: -.infinity) - shift)
            if let target { store(e, target + i, first: rest) }
            total += e
        }
        return (largest, sum(total))
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
