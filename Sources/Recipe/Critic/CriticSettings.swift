/// The critic ensemble's shape and training; published names and values.
public struct CriticSettings: Sendable, Equatable {
    /// The loss.
    public var loss = CriticLoss.calQL
    /// The output.
    public var head = CriticHead.distributional
    /// The hidden stack.
    public var trunk = CriticTrunk.mlp
    /// Width of each hidden layer.
    public var hidden = 256
    /// Hidden layers.
    public var layers = 2
    /// Members E.
    public var ensembleSize = 10
    /// Members drawn for the target's minimum, S.
    public var subsampleSize = 2
    /// Those members are distinct (REDQ), instead of drawn with repetition (published).
    public var isSubsampleDistinct = false
    /// One output layer for all members (published) or one each.
    public var sharedHead = true
    /// Bins of the distributional head.
    public var bins = 128
    /// Lower end of the value support.
    public var qMin = -100.0
    /// Upper end of the value support.
    public var qMax = 0.0
    /// Discount γ.
    public var discount = 0.99
    /// Polyak rate τ.
    public var tau = 0.005
    /// Weight of the conservative term.
    public var cqlAlpha = 0.005
    /// The conservative term is of the offline phase alone: without it once the robot's own experience is learned from.
    public var endsConservatism = false
    /// Random (and repeated policy) actions per state, n.
    public var cqlActions = 10
    /// Learning rate.
    public var learningRate = 3e-4
    /// Rows of one update.
    public var batchSize = 256
    /// Actions enter the conservative term by importance weight; only the Gaussian baseline has a density.
    public var importanceSampling = false
    /// Calibrate the random actions too; only the Gaussian baseline does.
    public var calibrateRandomActions = false
    /// A TD target is at least the row's Monte-Carlo return, which is what the robot has already achieved there.
    ///
    /// Not published with PA-RL: it spares the many updates that carry a success back step by step.
    public var returnLowerBound = false
    /// Expectile of the IQL value loss.
    public var expectile = 0.7

    /// The published configuration for state tasks.
    public init() {}
}
