import Neural

/// N candidate chunks at each of B observations, and what the policy can tell of them.
///
/// Views of memory that whoever asked owns.
public struct Candidates {
    /// [B·N, H·A], contiguous, −1…1 per axis; row b·N + j is candidate j of observation b.
    public var actions: Matrix
    /// log π of each candidate, [B·N]; nil where nobody asks.
    public var logDensities: UnsafeMutablePointer<Float>?
    /// What the policy made of the observations, [B, F]; nil where nobody asks.
    public var features: Matrix?

    /// The actions alone.
    public init(
        actions: Matrix, logDensities: UnsafeMutablePointer<Float>? = nil, features: Matrix? = nil
    ) {
        self.actions = actions
        self.logDensities = logDensities
        self.features = features
    }

    /// The candidates of a range of observations.
    ///
    /// - Parameters:
    ///   - range: of the observations.
    ///   - count: candidates per observation, N.
    public func rows(_ range: Range<Int>, count: Int) -> Candidates {
        Candidates(
            actions: actions.rows((range.lowerBound * count)..<(range.upperBound * count)),
            logDensities: logDensities.map { $0 + range.lowerBound * count },
            features: features?.rows(range))
    }
}
