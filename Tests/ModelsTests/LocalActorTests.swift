import Embodiment
import Models
import Neural
import Recipe
import Testing

/// The policy of this process as an `ActingPolicy`.
@Suite("Local actor")
struct LocalActorTests {
    private func makeActor() -> Actor {
        var settings = AlgorithmSettings.standard
        settings.policy = .gaussian(GaussianSettings(hidden: 16))
        settings.critic.hidden = 16
        settings.critic.ensembleSize = 2
        settings.optimisation.baseActions = 4
        settings.optimisation.keptActions = 2
        return Actor(observationCount: 6, actionCount: 3, settings: settings)
    }

    @Test("What was begun is answered once, by the version and the weights that it was begun with")
    func pinned() throws {
        let policy: LocalActor = LocalActor(makeActor())
        let count = policy.actor.snapshotLayout.layout.count
        let (one, two) = (Arena(count: count), Arena(count: count))
        for index in 0..<count {
            one.base[index] = Float((index * 31) % 1009) / 2500
            two.base[index] = Float((index * 17) % 1009) / 2500
        }
        for index in policy.actor.snapshotLayout.normaliser {
            one.base[index] += 1
            two.base[index] += 1
        }
        let observation = Observation((0..<6).map { Float($0) / 6 })
        let key = Actor.key(seed: 5, decision: 9)
        let judge = makeActor()
        func begin(_ mode: ActingMode) {
            policy.begin(
                observation, mode: mode, count: mode.isGuided ? policy.candidateCount : 1,
                key: key, deadline: .zero)
        }
        #expect(policy.poll() == nil && policy.version == 0)
        for mode in ActingMode.allCases {
            policy.load(UnsafeBufferPointer(one.buffer), version: 7)
            begin(mode)
            policy.load(UnsafeBufferPointer(two.buffer), version: 8)
            let decision = try #require(policy.poll())
            judge.load(UnsafeBufferPointer(one.buffer))
            #expect(decision.version == 7 && policy.version == 8 && policy.poll() == nil)
            #expect(decision.action == judge.act(on: observation, mode: mode, key: key))
            #expect((decision.value == nil) == !mode.isGuided)
            #expect(decision.value.map { $0 == judge.lastValue } != false)
            // What is begun anew drops what was not taken.
            begin(mode)
            begin(mode)
            judge.load(UnsafeBufferPointer(two.buffer))
            let next = try #require(policy.poll())
            #expect(next.version == 8 && policy.poll() == nil)
            #expect(next.action == judge.act(on: observation, mode: mode, key: key))
            // Without noise these weights end at the box, both of them.
            #expect(next.action != decision.action || mode == .noiseless)
        }
    }
}
