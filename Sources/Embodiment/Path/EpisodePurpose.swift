/// What an episode is for; start states of different purposes never coincide.
public enum EpisodePurpose: UInt8, Sendable, Equatable, CaseIterable {
    /// Recorded from an operator, before training.
    case demonstration = 0
    /// Measures a policy; never trained on.
    case evaluation = 1
    /// Collected while fine-tuning; trained on.
    case training = 2

    /// The word used on the wire and in reports.
    public var name: String {
        switch self {
        case .demonstration: "demonstration"
        case .evaluation: "evaluation"
        case .training: "training"
        }
    }
}
