import Neural

/// A value as a truncated Gaussian over bins, and back; `Learning/Algorithm.md` 3.3.
///
/// Edges are equally spaced on [minimum, maximum]; σ is 0.75 of a bin's width w; as published, edges
/// are divided by √2·σ before the normal distribution function, so the effective deviation is √2·σ.
/// In those units every bin is 1/(0.75·√2) wide, whatever the support.
public struct HLGauss: Sendable {
    /// Number of bins.
    public let bins: Int
    /// Lower end of the support.
    public let minimum: Float
    /// Upper end of the support.
    public let maximum: Float
    /// Width of a bin.
    public let width: Float
    /// Mid-points of the bins; read only.
    let centres: Arena

    /// Bins over a support.
    public init(bins: Int, minimum: Double, maximum: Double) {
        self.bins = bins
        self.minimum = Float(minimum)
        self.maximum = Float(maximum)
        let width = (maximum - minimum) / Double(bins)
        self.width = Float(width)
        centres = Arena(count: bins)
        for bin in 0..<bins { centres.base[bin] = Float(minimum + (Double(bin) + 0.5) * width) }
    }

    /// Floats of `work` that `encode` needs.
    public var workCount: Int { 2 * (bins + 1) }

    /// Writes the probabilities of the bins for a target value.
    ///
    /// Finite and normalised for every finite value, also far outside the support: differences of
    /// log-Φ, reflected to the lower tail where the lower edge is above the value.
    ///
    /// - Parameters:
    ///   - value: the target y.
    ///   - probabilities: [bins].
    ///   - work: `workCount` floats.
    public func encode(
        _ value: Float, into probabilities: UnsafeMutablePointer<Float>,
        work: UnsafeMutablePointer<Float>
    ) {
        // Arguments of Φ at each bin's upper and lower edge, then their logarithms; the last is the whole support:
        // each [bins + 1].
        let larger = work
        let smaller = work + bins + 1
        let unit = 1 / (Float(2).squareRoot() * 0.75 * width)
        func place(_ index: Int, _ low: Float, _ high: Float) {
            let reflect = low >= 0
            larger[index] = reflect ? -low : high
            smaller[index] = reflect ? -high : low
        }
        for bin in 0..<bins {
            let low = (minimum + Float(bin) * width - value) * unit
            place(bin, low, (minimum + Float(bin + 1) * width - value) * unit)
        }
        place(bins, (minimum - value) * unit, (maximum - value) * unit)
        let count = bins + 1
        VectorMath.logNormalCDF(larger, into: larger, count: count)
        VectorMath.logNormalCDF(smaller, into: smaller, count: count)
        // ln(e^a − e^b) = a + ln(1 − e^(b − a)); a bin is 0.94 deviations wide, so b − a < −0.7.
        for index in 0..<count { smaller[index] -= larger[index] }
        VectorMath.exp(smaller, into: smaller, count: count)
        for index in 0..<count { smaller[index] = 1 - smaller[index] }
        VectorMath.log(smaller, into: smaller, count: count)
        let total = larger[bins] + smaller[bins]
        for bin in 0..<bins { probabilities[bin] = larger[bin] + smaller[bin] - total }
        VectorMath.exp(probabilities, into: probabilities, count: bins)
    }

    /// The expectation Σ p_k c_k.
    public func decode(_ probabilities: UnsafePointer<Float>) -> Float {
        VectorMath.dot(probabilities, centres.base, count: bins)
    }
}
