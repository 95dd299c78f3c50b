/// The wall time of a session and of the stage in progress, in all of its processes.
struct StageClock {
    /// What is kept of it for a process that goes on, s.
    struct Reading: Sendable, Equatable, Codable {
        /// The stage.
        var stage = ""
        /// Wall time of that stage.
        var stageSeconds = 0.0
        /// Wall time of the session.
        var wallSeconds = 0.0
        /// Processor time of the updates of fine-tuning; nil in older resume points.
        var learnerSeconds: Double?
    }

    private let began = ContinuousClock.now
    private var stageBegan = ContinuousClock.now
    /// Of processes that are gone.
    private var earlier = Reading()

    /// Goes on from what another process read.
    mutating func resume(from reading: Reading) { earlier = reading }

    /// A stage begins, or goes on in this process.
    mutating func begin(_ stage: String) {
        stageBegan = .now
        guard earlier.stage != stage else { return }
        earlier.stage = stage
        earlier.stageSeconds = 0
    }

    /// What it shows now.
    ///
    /// - Parameter learnerSeconds: processor time of this process' updates.
    func reading(learnerSeconds: Double) -> Reading {
        Reading(
            stage: earlier.stage,
            stageSeconds: earlier.stageSeconds + (ContinuousClock.now - stageBegan) / .seconds(1),
            wallSeconds: earlier.wallSeconds + (ContinuousClock.now - began) / .seconds(1),
            learnerSeconds: (earlier.learnerSeconds ?? 0) + learnerSeconds)
    }
}
