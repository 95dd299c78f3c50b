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

    /// What was attempted, what was found, what follows.
    public var description: String {
        let kept = "the present weights stay in use"
        return switch self {
        case .shape(let found, let expected):
            "new weights refused: there are \(found) numbers where the networks have \(expected); "
                + kept
        case .notFinite: "new weights refused: a number is not finite; " + kept
        case .norm(let ratio):
            "new weights refused: their norm is \(ratio) times that of the last ones; " + kept
        case .decision(let probe):
            "new weights refused: at probe observation \(probe) their action or its value is no "
                + "number; " + kept
        case .late(let seconds, let limit):
            "new weights refused: their fastest decision took \(seconds) s and the robot waits "
                + "\(limit) s; " + kept
        }
    }
}
