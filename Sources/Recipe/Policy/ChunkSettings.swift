/// How many steps a policy plans at once, and how many of them are carried out before it decides anew.
public struct ChunkSettings: Sendable, Equatable {
    /// Steps of one chunk, H.
    public var horizon = 1
    /// Steps carried out of one before the next begins, k; those behind them are played where the next one is late.
    ///
    /// Also the steps that the critic judges at once.
    public var executedSteps = 1

    /// One action at a time, as published.
    public init() {}

    /// - Parameters:
    ///   - horizon: H.
    ///   - executedSteps: k, at most H.
    public init(horizon: Int, executedSteps: Int) {
        self.horizon = horizon
        self.executedSteps = executedSteps
    }

    /// Scalars of what a critic sees, of observations of so many: k > 1 adds the share of the steps that were really there.
    public func criticObservationCount(_ observationCount: Int) -> Int {
        observationCount + (executedSteps > 1 ? 1 : 0)
    }
}
