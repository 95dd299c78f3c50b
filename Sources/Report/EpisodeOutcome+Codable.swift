import Embodiment

/// Outcomes are words in reports: `success`, `failure`, `aborted`.
extension EpisodeOutcome: Codable {
    /// Reads the word.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let name = try container.decode(String.self)
        guard let outcome = EpisodeOutcome.allCases.first(where: { $0.name == name }) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "no outcome is called \(name)")
        }
        self = outcome
    }

    /// Writes the word.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(name)
    }
}
