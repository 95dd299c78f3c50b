import Glibc
import Recipe

/// The conservative part of Cal-QL for one state and member, in its compressed form; `Learning/Algorithm.md` 3.4.
///
/// CQL(H) (arXiv 2006.04779, equation 4) with policy values lifted as in Cal-QL (arXiv 2303.05479, equation 5.1).
/// Values come as [data, n random, P next, P current]. Each of the P policy actions stands for n/P
/// equal entries of the published sum, so P = 1 (PA-RL's one optimised action, repeated n times)
/// and P = n (a Gaussian's n samples) are one formula:
///
/// ood = ln Σ weight·e^entry − ln(3n + 1); the loss is ood − Q(s, a_data).
///
/// Policy values are lifted to the Monte-Carlo return (calibration). With importance sampling an
/// entry is reduced by its action's log-density, the data action is left out and nothing is
/// subtracted.
struct ConservativeTerm: Sendable {
    /// n: random actions per state.
    let randomCount: Int
    /// P: policy actions per state and block.
    let policyCount: Int
    let importanceSampling: Bool
    let calibrateRandom: Bool
    /// −ln of the density of a uniform action in ±1 per axis, A·ln 2.
    let uniformOffset: Float

    init(settings: CriticSettings, policyCount: Int, actionCount: Int) {
        randomCount = settings.cqlActions
        self.policyCount = policyCount
        importanceSampling = settings.importanceSampling
        calibrateRandom = settings.calibrateRandomActions
        uniformOffset = Float(actionCount) * logf(2)
    }

    /// Values of one state: 1 + n + 2P.
    var count: Int { 1 + randomCount + 2 * policyCount }

    /// What is reported beside the loss.
    struct Result {
        /// ood − Q(s, a_data).
        var difference: Float
        /// Policy entries below the return.
        var bound: Int
    }

    /// Computes the loss and ∂loss/∂value.
    ///
    /// - Parameters:
    ///   - values: Q of [data, random…, next…, current…], [count].
    ///   - returnToGo: Monte-Carlo return of the state's transition.
    ///   - nextDensities: log π of the next actions [P]; used with importance sampling only.
    ///   - currentDensities: log π of the current actions [P].
    ///   - gradients: [count], overwritten; may not be `values`.
    func evaluate(
        _ values: UnsafePointer<Float>, returnToGo: Float,
        nextDensities: UnsafePointer<Float>?, currentDensities: UnsafePointer<Float>?,
        gradients: UnsafeMutablePointer<Float>
    ) -> Result {
        let copies = logf(Float(randomCount) / Float(policyCount))
        var result = Result(difference: 0, bound: 0)
        // Entries first, in `gradients`.
        for index in 1..<count {
            let isRandom = index <= randomCount
            let isLifted = !isRandom || calibrateRandom
            var entry = isLifted ? max(values[index], returnToGo) : values[index]
            if isRandom {
                if importanceSampling { entry += uniformOffset }
            } else {
                if values[index] < returnToGo { result.bound += 1 }
                let place = index - 1 - randomCount
                entry += copies
                if importanceSampling {
                    let isNext = place < policyCount
                    let densities = isNext ? nextDensities : currentDensities
                    entry -= densities?[isNext ? place : place - policyCount] ?? 0
                }
            }
            gradients[index] = entry
        }
        gradients[0] = importanceSampling ? -.infinity : values[0]
        var largest = gradients[0]
        for index in 1..<count { largest = max(largest, gradients[index]) }
        var total: Float = 0
        for index in 0..<count {
            gradients[index] = expf(gradients[index] - largest)
            total += gradients[index]
        }
        var ood = largest + logf(total)
        if !importanceSampling { ood -= logf(Float(3 * randomCount + 1)) }
        result.difference = ood - values[0]
        let inverse = 1 / total
        for index in 0..<count {
            var share = gradients[index] * inverse
            let isLifted = index > 0 && (index > randomCount || calibrateRandom)
            if isLifted {
                // Where the return is the larger, the value has no say; at equality half of it.
                if values[index] < returnToGo { share = 0 }
                if values[index] == returnToGo { share *= 0.5 }
            }
            gradients[index] = share
        }
        gradients[0] -= 1
        return result
    }
}
