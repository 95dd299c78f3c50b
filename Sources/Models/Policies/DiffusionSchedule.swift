import Glibc
import Neural

/// The cosine noise schedule; `Learning/Algorithm.md` 4.2, arXiv 2102.09672, equation 17.
///
/// ᾱ(t) = cos²(((t/T + s)/(1 + s))·π/2) / ᾱ(0), s = 0.008; β_t = 1 − ᾱ_t/ᾱ_{t−1}, clipped to
/// [0, 0.999]; index 0 is the least noisy of T steps.
public struct DiffusionSchedule: Sendable {
    /// Noise variance of each step, [T].
    public let beta: [Float]
    /// Signal share kept from the clean action up to each step, Π(1 − β), [T].
    public let alphaBar: [Float]

    /// A schedule of `steps` steps.
    public init(steps: Int) {
        func raw(_ time: Double) -> Double {
            let value = cos((time / Double(steps) + 0.008) / 1.008 * Double.pi / 2)
            return value * value
        }
        var beta: [Double] = []
        var alphaBar: [Double] = []
        var product = 1.0
        for step in 0..<steps {
            let ratio = raw(Double(step + 1)) / raw(Double(step))
            beta.append(min(0.999, max(0, 1 - ratio)))
            product *= 1 - beta[step]
            alphaBar.append(product)
        }
        self.beta = beta.map(Float.init)
        self.alphaBar = alphaBar.map(Float.init)
    }

    /// Number of steps, T.
    public var count: Int { beta.count }
}
