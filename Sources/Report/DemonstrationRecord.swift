import Platform

/// Recorded demonstrations in the report.
public struct DemonstrationRecord: Codable, Sendable, Equatable {
    /// Those that were tried or are there.
    public var episodes: Int
    /// Of those the successful ones.
    public var successes: Int
    /// Policy steps of all of them.
    public var steps: Int

    /// So many demonstrations.
    public init(episodes: Int, successes: Int, steps: Int) {
        self.episodes = episodes
        self.successes = successes
        self.steps = steps
    }

    /// For a person: `20 successful of 23, 1,234 steps`.
    var text: String {
        "\(NumberText.count(successes)) successful of \(NumberText.count(episodes)), "
            + "\(NumberText.count(steps)) steps"
    }
}
