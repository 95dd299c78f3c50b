import Glibc
import Neural

/// What a network of flow matching is told of a time τ: sines, then cosines, of 2πτ over periods from 0.004 to 4.
struct TimeAngles: Sendable {
    /// One over the periods, geometric, [D/2].
    private let frequencies: [Double]

    /// - Parameter width: D, even.
    init(width: Int) {
        let half = width / 2
        frequencies = (0..<half).map {
            1 / (0.004 * pow(1000, Double($0) / Double(max(1, half - 1))))
        }
    }

    /// Fills [D] for a time.
    func fill(_ target: UnsafeMutablePointer<Float>, at moment: Float) {
        let half = frequencies.count
        for index in 0..<half {
            // Up to 250 turns: whole ones are taken off before single precision would lose the rest.
            let turns = Double(moment) * frequencies[index]
            let angle = Float(2 * Double.pi * (turns - turns.rounded()))
            target[index] = sinf(angle)
            target[half + index] = cosf(angle)
        }
    }
}
