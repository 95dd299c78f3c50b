import Agent
import Embodiment
import Platform
import Recipe
import Synchronization

/// A learner that does nothing but critic updates on a thread of the learner's priority.
final class BusyLearner: @unchecked Sendable {
    // Safe: the probe belongs to the thread until that has been joined.
    private let probe: LearningWorkload
    private let isFinished = Atomic<Bool>(false)
    private var thread: HoneThread?

    /// Starts at once.
    init(settings: AlgorithmSettings) {
        probe = Suite.workload(settings, workers: 1)
        thread = try? HoneThread.start(name: "learner", scheduling: .batch(nice: 15)) {
            while !self.isFinished.load(ordering: .relaxed) { self.probe.critic() }
        }
    }

    /// Ends after the update that is being made, and joins.
    func finish() {
        isFinished.store(true, ordering: .relaxed)
        thread?.join()
        thread = nil
    }
}
