/// The shape of the residual trunk that denoising and flow policies share; `Learning/Algorithm.md` 4.2.
public struct ResidualTrunkSettings: Sendable, Equatable {
    /// Width of the trunk.
    public var hidden = 256
    /// Residual blocks.
    public var blocks = 3
    /// Width of the time embedding; even.
    public var timeDimension = 128
    /// Of the residual blocks' products in sampling.
    public var samplingPrecision = SamplingPrecision.single
    /// Dropout in training.
    public var dropout = 0.1

    /// The published configuration.
    public init() {}

    /// The published configuration in another size.
    public init(hidden: Int, blocks: Int, timeDimension: Int, dropout: Double = 0.1) {
        self.hidden = hidden
        self.blocks = blocks
        self.timeDimension = timeDimension
        self.dropout = dropout
    }
}
