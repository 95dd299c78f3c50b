import Embodiment
import Experience
import Models
import Platform
import Recipe
import Testing

@testable import Learning
@testable import TestSupport

@Suite("Trainer")
struct TrainerTests {
    private let versions = SeenVersions()

    private func episode(
        _ number: UInt32, steps: Int, purpose: EpisodePurpose, outcome: EpisodeOutcome
    ) -> Episode {
        let transitions = (0..<steps).map { step in
            let isLast = step == steps - 1 && outcome == .success
            return Transition(
                episode: number, step: UInt32(step), source: .policy, policyVersion: 1,
                observation: Observation([Float(step), 1]), proposed: Action([0.1]),
                executed: Action([0.1]), reward: isLast ? 0 : -1, isTerminal: isLast,
                nextObservation: Observation([Float(step + 1), 1]))
        }
        return Episode(
            number: number, seed: 1, purpose: purpose, outcome: outcome, transitions: transitions)
    }

    private func trainer(
        _ episodes: [Episode], warmup: Int = 1,
        onUpdate: @escaping (UpdateFigures) -> Void = { _ in }
    ) -> Trainer {
        var settings = AlgorithmSettings.paper
        settings.policy = .diffusion(DiffusionSettings(hidden: 8, blocks: 1, timeDimension: 4))
        settings.policyTraining.batchSize = 4
        settings.critic.hidden = 8
        settings.critic.ensembleSize = 2
        settings.critic.batchSize = 4
        settings.schedule.criticUTD = 0.5
        settings.schedule.basePolicyUTD = 0.5
        settings.schedule.warmupEpisodes = warmup
        settings.schedule.storeRows = 64
        var plan = TrainerPlan(
            observationCount: 2, actionCount: 1, settings: settings, seed: 1)
        plan.publishEvery = 4
        let trainer = Trainer(
            plan, source: ListedEpisodes(episodes), sink: versions, onUpdate: onUpdate)
        versions.layout = trainer.learner.snapshotLayout.layout
        return trainer
    }

    @Test("What is owed counts whole updates, so that all of it can be paid")
    func debt() {
        let trainer = trainer([
            episode(0, steps: 4, purpose: .demonstration, outcome: .success),
            episode(1, steps: 3, purpose: .training, outcome: .failure),
        ])
        trainer.absorb()
        // Three steps at one half each, for critic and policy.
        #expect(trainer.counters.debt == 2)
        trainer.makeDueUpdates(isCancelled: { false })
        #expect(trainer.counters.debt == 0)
        #expect(trainer.counters.criticUpdates == 1 && trainer.counters.policyUpdates == 1)
        #expect(trainer.counters.version == 1 && trainer.counters.refused == 0)
    }

    @Test("A learner that hangs in an update is waited for as long as is said, and can be given up")
    func hangs() throws {
        let goesOn = Guarded(false)
        let isIn = Guarded(false)
        let trainer = trainer([
            episode(0, steps: 4, purpose: .demonstration, outcome: .success),
            episode(1, steps: 4, purpose: .training, outcome: .failure),
        ]) { _ in
            isIn.withLock { $0 = true }
            while !goesOn.withLock({ $0 }) { SystemClock().sleep(for: .milliseconds(1)) }
        }
        try trainer.start()
        let clock = SystemClock()
        while !isIn.withLock({ $0 }) { clock.sleep(for: .milliseconds(1)) }
        let asked = clock.now
        #expect(!trainer.finish(within: 0.2) && trainer.isRunning)
        let waited = clock.now.seconds(since: asked)
        #expect(waited >= 0.2 && waited < 5, "\(waited) s")
        #expect(!trainer.isAbandoned, "it may be waited for once more")
        trainer.abandon()
        #expect(trainer.isAbandoned && !trainer.finish(within: 0.2))
        #expect(trainer.takeState() == nil, "nobody touches what it may be computing with")
        // The thread is let go, so that this test leaves none behind: it ends without what it still owes.
        goesOn.withLock { $0 = true }
    }

    @Test("A learner that is slow, and ends in time, is joined")
    func slow() throws {
        let trainer = trainer([
            episode(0, steps: 4, purpose: .demonstration, outcome: .success),
            episode(1, steps: 4, purpose: .training, outcome: .failure),
        ]) { _ in SystemClock().sleep(for: .milliseconds(300)) }
        try trainer.start()
        let clock = SystemClock()
        while trainer.counters.episodes == 0 { clock.sleep(for: .milliseconds(1)) }
        _ = trainer.finish(within: 0.05)
        #expect(trainer.finish(within: 10) && !trainer.isRunning && !trainer.isAbandoned)
    }

    @Test("Evaluations and aborted episodes are not trained on, and a warm-up is waited for")
    func admission() {
        let trainer = trainer(
            [
                episode(0, steps: 4, purpose: .demonstration, outcome: .success),
                episode(1, steps: 4, purpose: .evaluation, outcome: .success),
                episode(2, steps: 4, purpose: .training, outcome: .aborted),
                episode(3, steps: 4, purpose: .training, outcome: .failure),
            ], warmup: 2)
        trainer.absorb()
        #expect(trainer.offline.count == 4 && trainer.online.count == 4)
        #expect(trainer.counters.episodes == 1 && trainer.counters.transitions == 4)
        trainer.makeDueUpdates(isCancelled: { false })
        #expect(trainer.counters.criticUpdates == 0 && trainer.counters.debt == 4)
    }

    @Test("An episode that the store does not take owes nothing and is counted by itself")
    func leftOut() {
        let trainer = trainer([
            // One step more than the store has room for.
            episode(0, steps: 65, purpose: .training, outcome: .failure),
            episode(1, steps: 4, purpose: .training, outcome: .failure),
        ])
        trainer.take(episode(2, steps: 0, purpose: .training, outcome: .failure))
        trainer.makeDueUpdates(isCancelled: { false })
        #expect(trainer.counters.criticUpdates == 0 && trainer.counters.policyUpdates == 0)
        trainer.absorb()
        #expect(trainer.counters.episodes == 1 && trainer.counters.transitions == 4)
        #expect(trainer.counters.leftOut == 2 && trainer.counters.given == 3)
        #expect(trainer.counters.debt == 4)
        trainer.makeDueUpdates(isCancelled: { false })
        #expect(trainer.counters.criticUpdates == 2 && trainer.counters.debt == 0)
    }

    @Test("Where nothing but refused episodes has been lived, no update is owed")
    func leftOutAlone() {
        let trainer = trainer([
            episode(0, steps: 65, purpose: .training, outcome: .failure)
        ])
        trainer.absorb()
        #expect(trainer.counters.debt == 0 && trainer.counters.leftOut == 1)
        // With an update it would draw from empty stores.
        trainer.makeDueUpdates(isCancelled: { false })
        #expect(trainer.counters.criticUpdates == 0 && trainer.counters.policyUpdates == 0)
    }

    @Test("No updates are none, and as many as are asked for are made")
    func noUpdates() {
        let trainer = trainer([
            episode(0, steps: 4, purpose: .demonstration, outcome: .success)
        ])
        trainer.absorb()
        for updates in [0, 2] {
            var numbers: [Int] = []
            trainer.imitate(updates: updates) { number, _ in
                numbers.append(number)
                return true
            }
            trainer.pretrainCritic(updates: updates) { number, _ in
                numbers.append(number)
                return true
            }
            #expect(numbers == (updates == 0 ? [] : [1, 2, 1, 2]))
            #expect(trainer.counters.policyUpdates == updates)
            #expect(trainer.counters.criticUpdates == updates)
        }
    }

    @Test("While a debt is paid off on its own thread, every so many updates swap")
    func swapEvery() throws {
        let trainer = trainer([episode(0, steps: 16, purpose: .training, outcome: .failure)])
        try trainer.start()
        // Sixteen steps at one half each, the policy's updates first.
        let clock = SystemClock()
        while trainer.counters.criticUpdates < 8 { clock.sleep(for: .milliseconds(1)) }
        #expect(trainer.finish())
        #expect(trainer.counters.version == 4)
        // Nobody took the first three; the last may act yet.
        #expect(versions.retired.map(\.version) == [1, 2, 3, 4])
        #expect(versions.retired.map(\.hasActed) == [false, false, false, true])
    }

    @Test("A learner whose weights are refused goes on from where it was kept last")
    func refused() throws {
        func training(_ number: UInt32) -> Episode {
            episode(number, steps: 4, purpose: .training, outcome: .failure)
        }
        let trainer = trainer([training(0)])
        trainer.absorb()
        trainer.makeDueUpdates(isCancelled: { false })
        let kept = trainer.takeState()
        #expect(kept?.learner == trainer.learner.checkpoint())

        trainer.owe(for: training(1))
        let gate = trainer.gate
        // As if the networks had grown to three times what they were.
        let norm = try #require(gate.norm)
        trainer.gate = WeightGate(layout: trainer.learner.snapshotLayout, norm: norm / 3)
        trainer.makeDueUpdates(isCancelled: { false })
        #expect(trainer.counters.refused == 1 && trainer.counters.version == 1)
        let refusal = try #require(trainer.counters.refusals?.first)
        #expect(trainer.counters.refusals?.count == 1)
        #expect(refusal.cause == .norm && refusal.count == 1)
        #expect(refusal.sentence.contains("their norm is 3") && refusal.found.contains("times"))
        #expect(kept?.learner == trainer.learner.checkpoint())

        trainer.gate = gate
        trainer.owe(for: training(2))
        trainer.makeDueUpdates(isCancelled: { false })
        #expect(trainer.counters.refused == 1 && trainer.counters.version == 2)
        #expect(kept?.learner != trainer.learner.checkpoint())
    }

    @Test("A learner that has work and does none for a minute is noticed, once")
    func stale() {
        var watch = LearnerWatch()
        func note(_ counters: TrainerCounters, lived: Int = 3, at seconds: Double) -> Bool {
            watch.take(counters, lived: lived, warmup: 2, now: .zero + .seconds(seconds))
        }
        var counters = TrainerCounters()
        (counters.episodes, counters.criticUpdates, counters.debt) = (3, 5, 7)
        #expect(!note(counters, at: 0) && !note(counters, at: 59))
        #expect(note(counters, at: 60) && !note(counters, at: 200))
        counters.criticUpdates = 6
        #expect(!note(counters, at: 210) && !note(counters, at: 269) && note(counters, at: 271))
        // One that owes nothing rests, until it leaves an episode where it is.
        counters.debt = 0
        #expect(!note(counters, at: 300) && !note(counters, at: 500))
        #expect(!note(counters, lived: 4, at: 501) && !note(counters, lived: 4, at: 559))
        #expect(note(counters, lived: 4, at: 560))
        counters.episodes = 4
        #expect(!note(counters, lived: 5, at: 570) && !note(counters, lived: 5, at: 629))
        // One that waits for enough episodes rests, too; one that the store left out is taken up.
        counters = TrainerCounters()
        (counters.episodes, counters.leftOut, counters.debt) = (1, 1, 7)
        #expect(!note(counters, lived: 2, at: 700) && !note(counters, lived: 2, at: 800))
    }

    @Test("It runs from its start to its end: after training it owes, and nobody waits for it")
    func running() throws {
        let trainer = trainer([])
        #expect(!trainer.isRunning)
        try trainer.start()
        #expect(trainer.isRunning)
        #expect(trainer.finish())
        #expect(!trainer.isRunning)
    }
}
