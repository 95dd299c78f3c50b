/// A batch that owns its memory, made once and filled again and again.
public final class Batch {
    /// The memory, valid as long as this object lives.
    public let view: BatchView
    /// Every column of floats behind the other: [B·(2·O + A + 3)].
    private let floats: UnsafeMutablePointer<Float>
    /// [B].
    private let identifiers: UnsafeMutablePointer<Int32>

    /// Allocates room for `capacity` transitions, zeroed.
    public init(capacity: Int, observationCount: Int, actionCount: Int) {
        let width = 2 * observationCount + actionCount + 3
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
            observations: column(observationCount), actions: column(actionCount),
            rewards: column(1), masks: column(1), returns: column(1),
            nextObservations: column(observationCount), rowIDs: identifiers)
    }

    deinit {
        floats.deallocate()
        identifiers.deallocate()
    }
}
