/// The door every new set of weights passes before it may act.
///
/// Called by the learner's thread, on the copy that is about to be published. Does not allocate
/// after init.
public struct WeightGate: Sendable {
    /// New norm over the last admitted one must stay within this factor either way.
    public static let normFactor = 2.0

    private let snapshotCount: Int
    /// Norm of the last weights admitted; nil before the first.
    public private(set) var norm: Double?

    /// - Parameters:
    ///   - snapshotCount: floats of a snapshot.
    ///   - norm: what an earlier gate had come to.
    public init(snapshotCount: Int, norm: Double? = nil) {
        self.snapshotCount = snapshotCount
        self.norm = norm
    }

    /// Whether these weights may act: every number finite, the norm not jumped.
    public mutating func admit(_ weights: UnsafeMutableBufferPointer<Float>) -> Bool {
        guard weights.count == snapshotCount else { return false }
        var sum = 0.0
        for weight in weights { sum += Double(weight) * Double(weight) }
        guard sum.isFinite else { return false }
        let new = sum.squareRoot()
        if let norm, norm > 0 {
            let ratio = new / norm
            guard ratio <= WeightGate.normFactor, ratio >= 1 / WeightGate.normFactor else {
                return false
            }
        }
        norm = new
        return true
    }
}
