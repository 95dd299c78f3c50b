/// The shape of a denoising diffusion policy and of its sampler; `Learning/Algorithm.md` 4.2.
public struct DiffusionSettings: Sendable, Equatable {
    /// Width, depth, time embedding, dropout, precision.
    public var trunk = ResidualTrunkSettings()
    /// Denoising steps, T.
    public var diffusionSteps = 5

    /// The published configuration.
    public init() {}

    /// The published configuration with another trunk.
    public init(trunk: ResidualTrunkSettings) { self.trunk = trunk }

    /// The published configuration in another size.
    public init(hidden: Int, blocks: Int, timeDimension: Int, dropout: Double = 0.1) {
        trunk = ResidualTrunkSettings(
            hidden: hidden, blocks: blocks, timeDimension: timeDimension, dropout: dropout)
    }
}
