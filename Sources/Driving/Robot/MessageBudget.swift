import Platform
import Synchronization

/// What a bridge's thread takes of its messages, and what the tick's thread is told of one that sends too many.
///
/// `take` and `rests` are the bridge thread's; the rest is any thread's, without a lock. No allocation.
final class MessageBudget: @unchecked Sendable {
    // Safe: `watch`, `counted` and `rests` are the bridge thread's alone, read elsewhere once it is joined.
    private var watch: FloodWatch
    private var counted: UInt64 = 0
    /// Turns after which the thread rested; complete once it is joined.
    private(set) var rests = 0
    private let total = Atomic<UInt64>(0)
    private let flood = Atomic<UInt64>(0)
    private let overdrawn = Atomic<UInt64>(0)

    init(rateHz: Double) { watch = FloodWatch(rateHz: rateHz) }

    /// Messages so far.
    var messages: UInt64 { total.load(ordering: .relaxed) }

    /// Messages a second of a bridge that floods; 0 of any other.
    var floodHz: Double { Double(flood.load(ordering: .relaxed)) }

    /// Messages a second since the present second's budget was spent; 0 while it is not.
    var overdrawnHz: Double { Double(overdrawn.load(ordering: .relaxed)) }

    /// What came in a turn.
    enum Turn: Equatable {
        /// No more than may come.
        case within
        /// More: the thread is to rest.
        case beyond
        /// The same, and another second has shown that the bridge floods.
        case flooded
    }

    /// Counts what came since it was last called.
    ///
    /// - Parameter messages: of the whole session.
    func take(messages: UInt64, at now: MonotonicTime) -> Turn {
        let news = messages > counted ? messages - counted : 0
        counted += news
        total.store(counted, ordering: .relaxed)
        let isNews = watch.take(news, at: now)
        if isNews { flood.store(UInt64(watch.floodHz), ordering: .relaxed) }
        overdrawn.store(
            watch.isSpent ? UInt64(watch.presentHz(at: now)) : 0, ordering: .relaxed)
        if isNews, watch.floodHz > 0 { return .flooded }
        guard watch.isSpent else { return .within }
        rests += 1
        return .beyond
    }

    /// What a person is told of a flood; allocates.
    var words: String { watch.words }
}
