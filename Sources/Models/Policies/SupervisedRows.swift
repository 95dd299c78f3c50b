import Neural

/// The rows of one shard of a supervised step.
///
/// Views of memory that the caller owns.
public struct SupervisedRows {
    /// [b, O], normalised.
    public var observations: Matrix
    /// [b, H·A].
    public var targets: Matrix
    /// [b] what each row's loss counts; nil for ones.
    public var weights: UnsafePointer<Float>?
    /// [b, H] 0 for steps behind an episode's end; nil for ones.
    public var mask: Matrix?
    /// What the sum of the losses is scaled by for the gradient.
    public var scale: Float
    /// Random numbers depend on it and on the row's number only.
    public var key: RandomKey
    /// Number of the first row in the whole batch.
    public var firstRow: Int
    /// The averaged weights, which act, for a class that learns from what it does itself; nil stands for the weights it learns.
    public var averages: PolicyWeights?

    /// Rows that count the same.
    public init(
        observations: Matrix, targets: Matrix, weights: UnsafePointer<Float>? = nil,
        mask: Matrix? = nil, scale: Float, key: RandomKey, firstRow: Int = 0
    ) {
        self.observations = observations
        self.targets = targets
        self.weights = weights
        self.mask = mask
        self.scale = scale
        self.key = key
        self.firstRow = firstRow
    }

    /// Rows of the shard, b.
    public var count: Int { observations.rows }

    /// A range of the rows, whose losses and random numbers are the same as in the whole.
    func rows(_ range: Range<Int>) -> SupervisedRows {
        var part = self
        part.observations = observations.rows(range)
        part.targets = targets.rows(range)
        part.weights = weights.map { $0 + range.lowerBound }
        part.mask = mask?.rows(range)
        part.firstRow = firstRow + range.lowerBound
        return part
    }

    /// Calls `body` for parts of at most so many rows, in order, and adds up what it returns.
    func sum(inPartsOf most: Int, _ body: (SupervisedRows) -> Float) -> Float {
        var total: Float = 0
        var first = 0
        while first < count {
            let end = min(count, first + most)
            total += body(rows(first..<end))
            first = end
        }
        return total
    }

    /// What each step of a row's chunk counts: 1 over the number of those that are there; 0 where none is.
    func stepShare(of row: Int, horizon: Int) -> Float {
        guard let mask else { return 1 / Float(horizon) }
        let there = VectorMath.sum(mask.row(row), count: horizon)
        return there > 0 ? 1 / there : 0
    }

    /// What a row's loss counts, 0 at steps that are not there.
    func weight(of row: Int, step: Int) -> Float {
        (weights?[row] ?? 1) * (mask?[row, step] ?? 1)
    }

    /// The step whose target stands for a step: its own, or the last one's before it that is there.
    func standing(for step: Int, row: Int) -> Int {
        guard let mask else { return step }
        var place = step
        while place > 0, mask[row, place] == 0 { place -= 1 }
        return place
    }

    /// Replaces answers [b, A] by the gradient of scale · Σ_rows weight · Σ_axes (answer − wanted)², a mean over the
    /// steps that are there, A being the floats of a chunk.
    ///
    /// - Returns: Σ_rows weight · Σ (answer − wanted)², unscaled.
    func seed(_ answers: Matrix, towards wanted: Matrix, shape: PolicyShape) -> Float {
        var loss: Float = 0
        for row in 0..<count {
            let steps = stepShare(of: row, horizon: shape.horizon)
            for step in 0..<shape.horizon {
                let weight = weight(of: row, step: step) * steps
                let slope = 2 * scale * weight
                let first = step * shape.actionCount
                for column in first..<(first + shape.actionCount) {
                    let difference = answers[row, column] - wanted[row, column]
                    loss += weight * (difference * difference)
                    answers[row, column] = slope * difference
                }
            }
        }
        return loss
    }
}
