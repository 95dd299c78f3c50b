/// The shape of a flow matching policy and of its sampler; `Learning/Algorithm.md` 4.4.
public struct FlowSettings: Sendable, Equatable {
    /// Width, depth, time embedding, dropout, precision.
    public var trunk = ResidualTrunkSettings(hidden: 128, blocks: 2, timeDimension: 32)
    /// Euler steps of the sampler, S.
    public var steps = 10
    /// Where between noise and action training looks.
    public var times = TimeDistribution.uniform

    /// The usual configuration.
    public init() {}

    /// The usual configuration with another trunk.
    public init(trunk: ResidualTrunkSettings) { self.trunk = trunk }
}
