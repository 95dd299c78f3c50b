import Platform

/// How often a policy succeeded: `success_before` and `success_after` of `report.json`.
public struct SuccessRate: Codable, Sendable, Equatable {
    /// Episodes that reached the goal.
    public let successes: Int
    /// Episodes that counted; aborted ones do not.
    public let episodes: Int
    /// `successes / episodes`, 0 when there were none.
    public let rate: Double
    /// Lower and upper bound of Wilson's 95 % interval.
    public let ci95: [Double]

    /// The rate and interval of so many successes in so many episodes.
    public init(successes: Int, episodes: Int) {
        let interval = BinomialInterval(successes: successes, trials: episodes)
        self.successes = successes
        self.episodes = episodes
        rate = episodes == 0 ? 0 : Double(successes) / Double(episodes)
        ci95 = [interval.lower, interval.upper]
    }

    /// For a narrow column: `96 % (90–98 %)`.
    var shortText: String {
        guard episodes > 0 else { return "no episodes" }
        let bounds = "\(NumberText.wholePercent(ci95[0]))–\(NumberText.wholePercent(ci95[1])) %"
        return "\(NumberText.wholePercent(rate)) % (\(bounds))"
    }

    /// For a person: `96 % (90–98 %, 96 of 100)`.
    public var text: String {
        guard episodes > 0 else { return shortText }
        return shortText.dropLast() + ", \(successes) of \(episodes))"
    }
}
