/// The shape of a tanh-squashed Gaussian policy; `Learning/Algorithm.md` 4.3.
public struct GaussianSettings: Sendable, Equatable {
    /// Width of each of the two hidden layers.
    public var hidden = 256

    /// The published configuration, in another width where one is given.
    public init(hidden: Int = 256) { self.hidden = hidden }
}
