/// Why a policy does not decide.
public enum ActingFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// Not this time; it may be asked again.
    case missed(String)
    /// Nor any more: it has died, or lies.
    case lost(String)

    /// A sentence: what happened.
    public var description: String {
        switch self {
        case .missed(let why): "the policy did not decide: \(why)"
        case .lost(let why): "the policy decides no more: \(why)"
        }
    }
}
