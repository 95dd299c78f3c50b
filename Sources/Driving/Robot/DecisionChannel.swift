import Control
import Platform
import Synchronization

/// Where the tick and the policy loop meet: questions one way, planned chunks the other.
final class DecisionChannel: Sendable {
    /// What is to be decided now, newest sample wins.
    ///
    /// Writer: the tick's thread; reader: the policy loop's.
    let questions = LatestValue<DecisionQuestion>()
    /// Decisions.
    ///
    /// Writer: the policy loop's thread; reader: the tick's.
    let answers = SPSCRing<PlannedChunk>(capacity: 4)
    /// Signalled by the tick's thread with each question; waited for by the policy loop's.
    let asked: WakeEvent
    /// Ticks before the end of a step from which on the next is asked for.
    ///
    /// Stored by the policy loop's thread,
    /// read by the tick's.
    let lead = Atomic<Int>(Int.max)

    /// A channel in which nothing was asked.
    init() throws(PlatformError) { asked = try WakeEvent() }
}
