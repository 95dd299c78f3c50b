/// Why a policy cannot do what it is asked: the class, or its size, does not have it.
public enum PolicyRefusal: Error, Sendable, Equatable, CustomStringConvertible {
    /// Observations of another width.
    case observation(found: Int, expected: Int)
    /// Chunks of another width.
    case chunk(found: Int, expected: Int)
    /// Noise of another width, or none is taken.
    case noise(found: Int, expected: Int)
    /// No step may be given.
    case prefix
    /// No log-densities.
    case density
    /// No features.
    case features
    /// No gradient through its own sample.
    case pathwise

    /// What was attempted, what was found, what to do.
    public var description: String {
        switch self {
        case .observation(let found, let expected):
            "asking a policy at observations of \(found) scalars: it knows \(expected); give it what "
                + "it was made for"
        case .chunk(let found, let expected):
            "asking a policy for chunks of \(found) numbers: its own have \(expected), one action a "
                + "step; ask for one step"
        case .noise(let found, let expected):
            "giving a policy \(found) numbers of noise a candidate: it takes \(expected); let it draw "
                + "its own"
        case .prefix:
            "giving a policy the first steps of its chunk: this class cannot complete what is given; "
                + "ask without a prefix"
        case .density:
            "asking a policy for the density of its actions: this class has none; leave importance "
                + "sampling off"
        case .features:
            "asking a policy for its features: this class has none; ask for actions alone"
        case .pathwise:
            "training a policy along a critic's gradient: this class cannot be differentiated through "
                + "its sample; distil optimised actions instead"
        }
    }
}
