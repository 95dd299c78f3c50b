import Models

/// The door every new set of weights passes before it may act.
///
/// Called by the learner's thread, on the copy that is about to be published. Does not allocate
/// after init.
public struct WeightGate: Sendable {
    /// The networks' new norm over that of the last ones admitted must stay within this factor either way.
    public static let normFactor = 2.0

    private let count: Int
    private let networks: Range<Int>
    /// Norm of the networks that were admitted last; nil before the first.
    public private(set) var norm: Double?

    /// - Parameters:
    ///   - layout: of a snapshot.
    ///   - norm: what an earlier gate had come to.
    public init(layout: SnapshotLayout, norm: Double? = nil) {
        count = layout.count
        networks = layout.networks
        self.norm = norm
    }

    /// Lets weights act, or says why they may not; nil is yes, and the next ones' norm is compared with theirs.
    ///
    /// Every number must be finite, the networks' norm must not have jumped, and at the probe's observations they
    /// must decide, and in time.
    ///
    /// The normaliser has no part in the norm: unfitted, its limit alone would outweigh every network,
    /// and fitted, its means are in the observations' units.
    ///
    /// - Parameters:
    ///   - weights: a snapshot; only read.
    ///   - probe: decides with them once the numbers have passed; nil where there is no observation yet.
    public mutating func admit(
        _ weights: UnsafeMutableBufferPointer<Float>, probe: WeightProbe? = nil
    ) -> WeightRefusal? {
        guard weights.count == count else { return .shape(found: weights.count, expected: count) }
        // As doubles the squares of floats do not overflow: a sum is finite where every number is.
        var others = 0.0
        for index in 0..<networks.lowerBound {
            others += Double(weights[index]) * Double(weights[index])
        }
        var sum = 0.0
        for index in networks { sum += Double(weights[index]) * Double(weights[index]) }
        guard others.isFinite, sum.isFinite else { return .notFinite }
        let new = sum.squareRoot()
        if let norm, norm > 0 {
            let ratio = new / norm
            guard ratio <= WeightGate.normFactor, ratio >= 1 / WeightGate.normFactor else {
                return .norm(ratio: ratio)
            }
        }
        if let refusal = probe?.refusal(of: UnsafeBufferPointer(weights)) { return refusal }
        norm = new
        return nil
    }
}
