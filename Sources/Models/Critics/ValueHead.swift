import Glibc
import Neural
import Recipe

/// How a critic's outputs become a value, and a value's gradient the outputs' gradient.
public enum ValueHead: Sendable {
    /// One number, squared error.
    case scalar
    /// Bins, cross-entropy with the HL-Gauss target.
    case distributional(HLGauss)
    /// A share of a range, cross-entropy.
    case sigmoid(minimum: Float, range: Float)

    /// The head that the settings name.
    public init(_ settings: CriticSettings) {
        switch settings.head {
        case .scalar: self = .scalar
        case .distributional:
            self = .distributional(
                HLGauss(bins: settings.bins, minimum: settings.qMin, maximum: settings.qMax))
        case .sigmoid:
            self = .sigmoid(
                minimum: Float(settings.qMin), range: Float(settings.qMax - settings.qMin))
        }
    }

    /// Outputs per row.
    public var outputs: Int {
        switch self {
        case .scalar, .sigmoid: 1
        case .distributional(let gauss): gauss.bins
        }
    }

    /// Floats of workspace that a training seed needs.
    public var workCount: Int {
        switch self {
        case .scalar, .sigmoid: 1
        case .distributional(let gauss): gauss.bins + gauss.workCount
        }
    }

    /// Turns outputs into values; logits become probabilities in place.
    ///
    /// - Parameters:
    ///   - outputs: [R, outputs].
    ///   - values: [R].
    public func decode(_ outputs: Matrix, into values: UnsafeMutablePointer<Float>) {
        switch self {
        case .scalar:
            for row in 0..<outputs.rows { values[row] = outputs.row(row)[0] }
        case .distributional(let gauss):
            Softmax.expectation(
                outputs, values: gauss.centres.base, into: values, probabilities: outputs)
        case .sigmoid(let minimum, let range):
            for row in 0..<outputs.rows {
                outputs.row(row)[0] = Self.sigmoid(outputs.row(row)[0])
                values[row] = minimum + range * outputs.row(row)[0]
            }
        }
    }

    /// The values alone; outputs stay as they are.
    func expectation(_ outputs: Matrix, into values: UnsafeMutablePointer<Float>) {
        switch self {
        case .scalar: decode(outputs, into: values)
        case .distributional(let gauss):
            Softmax.expectation(outputs, values: gauss.centres.base, into: values)
        case .sigmoid(let minimum, let range):
            for row in 0..<outputs.rows {
                values[row] = minimum + range * Self.sigmoid(outputs.row(row)[0])
            }
        }
    }

    /// Seeds every row; `gradients` is ∂loss/∂Q [R].
    public func seed(
        _ outputs: Matrix, values: UnsafePointer<Float>, gradients: UnsafePointer<Float>
    ) {
        switch self {
        case .scalar:
            for row in 0..<outputs.rows { outputs.row(row)[0] = gradients[row] }
        case .distributional(let gauss):
            Softmax.expectationBackward(
                seed: gradients, probabilities: outputs, values: gauss.centres.base,
                expectations: values, into: outputs)
        case .sigmoid(_, let range):
            for row in 0..<outputs.rows {
                let share = outputs.row(row)[0]
                outputs.row(row)[0] = gradients[row] * range * share * (1 - share)
            }
        }
    }

    /// Prepares one target for `trainingSeed`: bins' probabilities, or the value itself.
    ///
    /// - Parameters:
    ///   - value: the target y.
    ///   - target: [outputs].
    ///   - work: `workCount` floats.
    public func encode(
        _ value: Float, into target: UnsafeMutablePointer<Float>, work: UnsafeMutablePointer<Float>
    ) {
        switch self {
        case .scalar: target[0] = value
        case .distributional(let gauss): gauss.encode(value, into: target, work: work)
        case .sigmoid(let minimum, let range):
            target[0] = max(0, min(1, (value - minimum) / range))
        }
    }

    /// Seeds decoded rows with the gradient of Σ weight · loss(target) + gradient · Q.
    ///
    /// The loss is cross-entropy, or squared error without ½; only every `every`-th row has a target.
    ///
    /// - Parameters:
    ///   - outputs: [R, outputs], decoded; replaced by ∂/∂output.
    ///   - values: the decoded values, [R].
    ///   - gradients: ∂/∂Q of every row beside its own loss, [R].
    ///   - targets: encoded targets, [R / every, outputs].
    ///   - weight: of each loss.
    ///   - rowWeights: a further factor of each loss, [R / every].
    ///   - loss: the unweighted losses are added to it.
    ///   - work: `workCount` floats.
    public func trainingSeed(
        _ outputs: Matrix, values: UnsafePointer<Float>, gradients: UnsafePointer<Float>,
        every: Int, targets: Matrix, weight: Float, rowWeights: UnsafePointer<Float>? = nil,
        loss: inout Float, work: UnsafeMutablePointer<Float>
    ) {
        for index in 0..<targets.rows {
            let row = index * every
            let share = weight * (rowWeights?[index] ?? 1)
            loss +=
                trainingLoss(outputs.row(row), value: values[row], targets.row(index), work)
                * (rowWeights?[index] ?? 1)
            addTrainingSeed(
                outputs.row(row), value: values[row], target: targets.row(index), weight: share,
                gradient: gradients[row])
            if every > 1 {
                // The rows behind it that have no target, [every − 1, outputs].
                let others = outputs.rows((row + 1)..<(row + every))
                seed(others, values: values + row + 1, gradients: gradients + row + 1)
            }
        }
    }

    /// The loss of one decoded row.
    private func trainingLoss(
        _ row: UnsafePointer<Float>, value: Float, _ target: UnsafePointer<Float>,
        _ work: UnsafeMutablePointer<Float>
    ) -> Float {
        switch self {
        case .scalar: return (value - target[0]) * (value - target[0])
        case .distributional(let gauss):
            // The smallest normal number keeps ln finite; the target there is as good as zero.
            for bin in 0..<gauss.bins { work[bin] = max(row[bin], 1.2e-38) }
            VectorMath.log(work, into: work, count: gauss.bins)
            return -VectorMath.dot(work, target, count: gauss.bins)
        case .sigmoid:
            let share = max(1.2e-38, min(1 - Float.ulpOfOne, row[0]))
            return -target[0] * logf(share) - (1 - target[0]) * log1pf(-share)
        }
    }

    /// 1/(1 + e^−ℓ).
    private static func sigmoid(_ logit: Float) -> Float { 1 / (1 + expf(-logit)) }

    /// ∂/∂ℓ_k = weight · (p_k − P_k) + gradient · p_k (c_k − Q).
    private func addTrainingSeed(
        _ row: UnsafeMutablePointer<Float>, value: Float, target: UnsafePointer<Float>,
        weight: Float, gradient: Float
    ) {
        switch self {
        case .scalar: row[0] = 2 * weight * (value - target[0]) + gradient
        case .distributional(let gauss):
            let centres = UnsafePointer(gauss.centres.base)
            for bin in 0..<gauss.bins {
                let pull = gradient * (centres[bin] - value)
                row[bin] = row[bin] * (weight + pull) - weight * target[bin]
            }
        case .sigmoid(_, let range):
            let share = row[0]
            row[0] = weight * (share - target[0]) + gradient * range * share * (1 - share)
        }
    }
}
