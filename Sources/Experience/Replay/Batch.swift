/// A batch that owns its memory, made once and filled again and again.
public final class Batch {
    /// The memory, valid as long as this object lives.
    public let view: BatchView
    /// Every column of floats behind the other: [B·(2·O + H·A + H + 4)].
    private let floats: UnsafeMutablePointer<Float>
    /// [B].
    private let identifiers: UnsafeMutablePointer<Int32>

    /// Allocates room for windows from `capacity` transitions on, zeroed.
    ///
    /// - Parameters:
    ///   - horizon: steps whose actions are gathered, H.
    ///   - executedSteps: steps whose rewards are, k.
    public init(
        capacity: Int, observationCount: Int, actionCount: Int, horizon: Int = 1,
        executedSteps: Int = 1
    ) {
        precondition((1...horizon).contains(executedSteps), "a part of the steps is carried out")
        let width = 2 * observationCount + horizon * actionCount + horizon + 4
        floats = .allocate(capacity: max(1, capacity * width))
        floats.initialize(repeating: 0, count: capacity * width)
        identifiers = .allocate(capacity: max(1, capacity))
        identifiers.initialize(repeating: 0, count: capacity)
        var next = floats
        func column(_ width: Int) -> UnsafeMutablePointer<Float> {
            defer { next += capacity * width }
            return next
        }
        view = BatchView(
            capacity: capacity, observationCount: observationCount, actionCount: actionCount,
            horizon: horizon, executedSteps: executedSteps,
            observations: column(observationCount), actions: column(horizon * actionCount),
            rewards: column(1), masks: column(1), returns: column(1),
            nextObservations: column(observationCount), lengths: column(1),
            present: column(horizon), rowIDs: identifiers)
    }

    deinit {
        floats.deallocate()
        identifiers.deallocate()
    }
}
