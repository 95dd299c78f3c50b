import Glibc
import Neural
import Recipe

extension SupervisedRows {
    /// Draws τ [b] and z, and mixes x_τ = τ a + (1 − τ) z and u = a − z, each [b, H·A].
    ///
    /// A row's depend on the key and its number only.
    func mix(
        times: TimeDistribution, shape: PolicyShape, moments: UnsafeMutablePointer<Float>,
        wanted: Matrix, into noisy: Matrix
    ) {
        for row in 0..<count {
            let number = UInt64(firstRow + row) << 8
            let moment = times.moment(at: key.uniform(index: number))
            moments[row] = moment
            let noise = noisy.row(row)
            key.fillNormal(noise, count: shape.chunkCount, row: number | 1)
            let target = targets.row(row)
            for step in 0..<shape.horizon {
                let source = standing(for: step, row: row) * shape.actionCount
                for axis in 0..<shape.actionCount {
                    let column = step * shape.actionCount + axis
                    let (action, drawn) = (target[source + axis], noise[column])
                    wanted[row, column] = action - drawn
                    noise[column] = moment * action + (1 - moment) * drawn
                }
            }
        }
    }
}

extension TimeDistribution {
    /// τ of a number u that is uniform in 0..<1; of Beta(1.5, 1) by its inverse distribution function.
    func moment(at u: Float) -> Float {
        switch self {
        case .uniform: u
        case .beta: 1 - (0.001 + 0.999 * cbrtf(u * u))
        }
    }
}
