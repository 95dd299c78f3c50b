/// Why weights may not act.
public enum WeightRefusal: Error, Sendable, Equatable, CustomStringConvertible {
    /// They are of another network.
    case shape(found: Int, expected: Int)
    /// A number is not finite.
    case notFinite
    /// The networks' norm is so many times what it was.
    case norm(ratio: Double)
    /// At a probe observation the action or its value is no number.
    case decision(probe: Int)
    /// A decision took longer than the robot waits for one.
    case late(seconds: Double, limit: Double)

    /// Which of them it is, without its figures; the raw value is its key in `report.json`.
    public enum Cause: String, Sendable, Codable, CaseIterable {
        case shape
        case notFinite = "not_finite"
        case norm, decision, late
    }

    /// Which of them it is.
    public var cause: Cause {
        switch self {
        case .shape: .shape
        case .notFinite: .notFinite
        case .norm: .norm
        case .decision: .decision
        case .late: .late
        }
    }

    /// What was attempted, what was found, what follows.
    public var description: String { Self.sentence(found) }

    /// The sentence with what was found.
    static func sentence(_ found: String) -> String {
        "new weights refused: \(found); the present weights stay in use"
    }

    /// What was found, with its figures.
    public var found: String {
        switch self {
        case .shape(let found, let expected):
            "there are \(found) numbers where the networks have \(expected)"
        case .notFinite: "a number is not finite"
        case .norm(let ratio): "their norm is \(ratio) times that of the last ones"
        case .decision(let probe):
            "at probe observation \(probe) their action or its value is no number"
        case .late(let seconds, let limit):
            "their fastest decision took \(seconds) s and the robot waits \(limit) s"
        }
    }
}
