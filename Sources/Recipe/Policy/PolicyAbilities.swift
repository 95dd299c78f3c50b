/// What a class of policy can do beyond the three calls; asked once, where a policy is made.
///
/// Whoever wants more than a policy has refuses it there, with a sentence, so that nobody needs to
/// know which class it is.
public struct PolicyAbilities: Sendable, Equatable {
    /// What a policy's candidates are made from.
    public enum Noise: Sendable, Equatable {
        /// Nothing that a caller could give.
        case none
        /// Standard normal numbers.
        case gaussian
        /// Numbers uniform in 0..<1.
        case uniform
        /// A number uniform in 0..<1, then standard normal ones.
        case mixed
    }

    /// Its samples come with log π.
    public var density: Bool
    /// ∂action/∂weights exists: a critic's gradient can train it through its own sample.
    public var pathwise: Bool
    /// What noise it takes from a caller.
    public var noise: Noise
    /// An action is a function of observation, weights and noise alone.
    public var isMap: Bool
    /// It completes chunks whose first steps are given.
    public var prefix: Bool

    /// Nothing beyond the three calls, but for what is named.
    public init(
        density: Bool = false, pathwise: Bool = false, noise: Noise = .none, isMap: Bool = false,
        prefix: Bool = false
    ) {
        self.density = density
        self.pathwise = pathwise
        self.noise = noise
        self.isMap = isMap
        self.prefix = prefix
    }
}
