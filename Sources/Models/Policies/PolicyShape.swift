/// The sizes of what a policy is asked and answers.
public struct PolicyShape: Sendable, Equatable {
    /// Scalars of one observation, O.
    public let observationCount: Int
    /// Axes of one action, A.
    public let actionCount: Int
    /// Steps of one chunk, H.
    public let horizon: Int
    /// Noise of one candidate, Z floats; 0 where it takes none from a caller.
    public let noiseCount: Int
    /// Most steps that may be given, d; 0 where none may.
    public let largestPrefix: Int
    /// Width of the features it can tell with its candidates, F; 0 for none.
    public let featureCount: Int

    /// A policy of one action a step that takes no prefix and tells no features, but for what is named.
    public init(
        observationCount: Int, actionCount: Int, horizon: Int = 1, noiseCount: Int,
        largestPrefix: Int = 0, featureCount: Int = 0
    ) {
        self.observationCount = observationCount
        self.actionCount = actionCount
        self.horizon = horizon
        self.noiseCount = noiseCount
        self.largestPrefix = largestPrefix
        self.featureCount = featureCount
    }

    /// Floats of one chunk, H · A.
    public var chunkCount: Int { horizon * actionCount }
}
