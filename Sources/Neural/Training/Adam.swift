internal import CKernels

/// The Adam optimiser over flat buffers; Kingma and Ba 2015, arXiv 1412.6980, algorithm 1.
///
/// m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g², θ ← θ − rate · m̂ / (√v̂ + ε), with m̂ = m/(1 − β₁ᵗ), v̂ = v/(1 − β₂ᵗ).
/// Disjoint ranges may be done by different threads at once. Allocates nothing.
public struct Adam: Sendable, Equatable {
    /// The decay of the first moment.
    public var beta1: Float
    /// The decay of the second moment.
    public var beta2: Float
    /// What is added to the root of the second moment.
    public var epsilon: Float

    /// The published constants unless given.
    public init(beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-8) {
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
    }

    /// Takes one step over a range of the flat buffers.
    ///
    /// - Parameters:
    ///   - parameters: updated in the range.
    ///   - gradients: read in the range.
    ///   - firstMoments: m, zero before the first step.
    ///   - secondMoments: v, zero before the first step.
    ///   - range: the elements to update.
    ///   - learningRate: the rate at this step.
    ///   - step: the number of this step, 1 for the first.
    public func update(
        parameters: UnsafeMutablePointer<Float>, gradients: UnsafePointer<Float>,
        firstMoments: UnsafeMutablePointer<Float>, secondMoments: UnsafeMutablePointer<Float>,
        range: Range<Int>, learningRate: Float, step: Int
    ) {
        precondition(step >= 1)
        // In double precision: 1 − 0.999 loses three digits in single.
        let correction1 = 1 - power(Double(beta1), step)
        let correction2 = 1 - power(Double(beta2), step)
        // rate · (m/c₁) / (√(v/c₂) + ε) = (rate·√c₂/c₁) · m / (√v + ε·√c₂)
        let root = correction2.squareRoot()
        let rate = Float(Double(learningRate) * root / correction1)
        let floor = Float(Double(epsilon) * root)
        let b1 = Lanes(repeating: beta1)
        let b2 = Lanes(repeating: beta2)
        let c1 = Lanes(repeating: Float(1 - Double(beta1)))
        let c2 = Lanes(repeating: Float(1 - Double(beta2)))
        let rates = Lanes(repeating: -rate)
        let floors = Lanes(repeating: floor)
        var i = range.lowerBound
        let end = range.upperBound
        while i < end {
            let n = min(laneCount, end &- i)
            if n == laneCount {
                let g = load(gradients + i)
                let m = (load(firstMoments + i) * b1).addingProduct(g, c1)
                let v = (load(secondMoments + i) * b2).addingProduct(g * g, c2)
                store(m, firstMoments + i)
                store(v, secondMoments + i)
                let move = m / (hone_lanes_sqrt(v) + floors)
                store(load(parameters + i).addingProduct(move, rates), parameters + i)
            } else {
                let g = load(gradients + i, first: n)
                let m = (load(UnsafePointer(firstMoments + i), first: n) * b1)
                    .addingProduct(g, c1)
                let v = (load(UnsafePointer(secondMoments + i), first: n) * b2)
                    .addingProduct(g * g, c2)
                store(m, firstMoments + i, first: n)
                store(v, secondMoments + i, first: n)
                let move = m / (hone_lanes_sqrt(v) + floors)
                let p = load(UnsafePointer(parameters + i), first: n)
                store(p.addingProduct(move, rates), parameters + i, first: n)
            }
            i &+= laneCount
        }
    }

    /// base^exponent by repeated squaring.
    private func power(_ base: Double, _ exponent: Int) -> Double {
        var result = 1.0
        var factor = base
        var rest = exponent
        while rest > 0 {
            if rest & 1 == 1 { result *= factor }
            factor *= factor
            rest >>= 1
        }
        return result
    }
}
