import CAllocations
import Embodiment
import Experience
import Glibc
import Models
import Neural
import Platform
import Recipe
import Testing

@testable import Learning

/// After warm-up an action and every kind of update allocate nothing, on processors with our own products.
@Suite("Allocations")
struct AllocationTests {
    static let ways: [(kind: OptimiserKind, executed: Int)] = [
        (.gradient, 1), (.edit, 1), (.gradient, 2), (.edit, 2),
    ]

    @Test("Nothing is allocated after warm-up", arguments: [0, 5], ways)
    func none(cacheAge: Int, way: (kind: OptimiserKind, executed: Int)) {
        hold(
            way.kind == .edit ? LearnerTests.editing() : LearnerTests.small(),
            cacheAge: cacheAge, executed: way.executed)
    }

    @Test("Nor with another policy", arguments: LearnerTests.otherPolicies, [1, 2])
    func otherPolicy(policy: PolicySettings, executed: Int) {
        hold(LearnerTests.small(policy), cacheAge: 5, executed: executed)
    }

    @Test(
        "Nor where the policy climbs the critic",
        arguments: [LearnerTests.small().asGaussianCalQL(), LearnerTests.anchored()])
    func climbing(settings: AlgorithmSettings) {
        hold(settings, cacheAge: 5, executed: 1)
    }

    private func hold(_ given: AlgorithmSettings, cacheAge: Int, executed: Int) {
        guard hone_thread_allocation_count() >= 0, BLAS.hasOwnKernel else { return }
        var settings = given
        settings.schedule.candidateCacheAge = cacheAge
        settings.chunk = ChunkSettings(
            horizon: 2 * executed - 1, executedSteps: executed)
        let session = PointSession(settings: settings, seed: 4)
        _ = session.demonstrate(8)
        session.learner.fitNormaliser(DemonstratedRanges(of: session.offline))
        session.publish()
        for number in 0..<3 {
            session.online.admit(session.episode(number, purpose: .training, mode: .guided))
        }
        let learner = session.learner
        let observation = Observation([-0.8, 0.2, 1.6, 0.1])
        let kinds: [(String, () -> Void)] = [
            ("imitation", { _ = learner.imitationUpdate(offline: session.offline) }),
            (
                "critic",
                { _ = learner.criticUpdate(offline: session.offline, online: session.online) }
            ),
            (
                "distill",
                { _ = learner.policyUpdate(offline: session.offline, online: session.online) }
            ),
            (
                "act",
                {
                    _ = session.actor.act(
                        on: observation, mode: .exploring,
                        key: RandomKey(seed: 1, stream: 2, step: 3))
                }
            ),
        ]
        for (name, body) in kinds {
            for _ in 0..<2 { body() }
            let before = hone_thread_allocation_count()
            for _ in 0..<5 { body() }
            #expect(hone_thread_allocation_count() == before, "\(name)")
        }
    }

    @Test("A tick goes into the recorder's ring without allocating")
    func recordedTick() throws {
        guard hone_thread_allocation_count() >= 0 else { return }
        let folder = "/tmp/hone-allocations-\(UInt32.random(in: 0...UInt32.max))"
        try Files.makeDirectories(folder)
        defer {
            try? Files.remove(folder + "/session.mcap")
            rmdir(folder)
        }
        let recorder = try Recorder(creating: folder + "/session.mcap")
        let lane = recorder.makeLane()
        try recorder.start()
        var tick = TickRecord(
            command: 1, sample: 2, episode: 3, verdict: 0, latenessNanoseconds: 4,
            commanded: AxisVector(count: 7), measured: AxisVector(count: 7),
            origin: MotionOrigin(driver: .guided, policyVersion: 5, decision: 6))
        func take() {
            tick.command += 1
            lane.record(.tick(tick), at: .zero)
        }
        for _ in 0..<2 { take() }
        let before = hone_thread_allocation_count()
        for _ in 0..<100 { take() }
        #expect(hone_thread_allocation_count() == before)
        try recorder.close()
        #expect(lane.droppedTicks == 0 && recorder.statistics.durableRecords == 102)
    }
}
