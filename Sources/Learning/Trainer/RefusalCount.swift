/// How often the gate refused new weights for one cause.
public struct RefusalCount: Sendable, Equatable, Codable {
    /// Why.
    public let cause: WeightRefusal.Cause
    /// How often; at least once.
    public internal(set) var count = 1
    /// What was found the first time, with its figures.
    public let found: String

    /// What a person is told of it once.
    public var sentence: String { WeightRefusal.sentence(found) }

    /// Of the first refusal for its cause.
    init(_ refusal: WeightRefusal) {
        cause = refusal.cause
        found = refusal.found
    }
}

extension TrainerCounters {
    /// The gate has refused weights once more; allocates.
    mutating func count(_ refusal: WeightRefusal) {
        refused += 1
        var counts = refusals ?? []
        if let index = counts.firstIndex(where: { $0.cause == refusal.cause }) {
            counts[index].count += 1
        } else {
            counts.append(RefusalCount(refusal))
        }
        refusals = counts
    }
}
