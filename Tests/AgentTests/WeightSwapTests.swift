import Embodiment
import Foundation
import Learning
import Models
import Platform
import Recipe
import Synchronization
import Testing

@testable import TestSupport

/// Weights whose every number tells the version, published as fast as can be while they act.
///
/// `HONE_SWAPS=10000` makes as many swaps as the design promises.
@Suite("Weights that are swapped while they act")
struct WeightSwapTests {
    static let swaps = ProcessInfo.processInfo.environment["HONE_SWAPS"].flatMap { Int($0) } ?? 200
    private static let observationCount = 6
    private static let actionCount = 3

    private struct Decided {
        var version: UInt32
        var driver: Driver
        var number: UInt64
        var action: Action
    }

    private func makeActor() -> Actor {
        var settings = AlgorithmSettings.standard
        // No action of this one is cut off at its limits, where many weights would agree.
        settings.policy = .gaussian(GaussianSettings(hidden: 16))
        settings.critic.hidden = 16
        settings.critic.ensembleSize = 2
        settings.optimisation.baseActions = 4
        settings.optimisation.keptActions = 2
        return Actor(
            observationCount: Self.observationCount, actionCount: Self.actionCount,
            settings: settings)
    }

    /// Different in every number for any two of 10 007 versions that follow one another.
    private static func fill(
        _ weights: UnsafeMutableBufferPointer<Float>, layout: SnapshotLayout, version: UInt32
    ) {
        for index in weights.indices {
            let code = (Int(version) * 7919 + index * 31) % 10_007
            weights[index] = Float(code) / 25_000 - 0.2
        }
        // Deviations and their limit are positive.
        for index in layout.normaliser { weights[index] += 1 }
    }

    private func observation(_ number: UInt64) -> Observation {
        Observation((0..<Self.observationCount).map { Float((Int(number) * 7 + $0) % 13) / 13 })
    }

    private func decide(_ policy: LocalActor, _ number: UInt64) -> Decided {
        let driver: Driver = number % 2 == 0 ? .guided : .imitation
        let made = policy.decide(
            observation(number), mode: driver == .guided ? .guided : .policy,
            key: Actor.key(seed: 5, decision: number))
        return Decided(version: made.version, driver: driver, number: number, action: made.action)
    }

    @Test("Every action is that of the version recorded with it, and of no other")
    func versions() throws {
        let actor = makeActor()
        let layout = actor.snapshotLayout
        let slot = WeightBuffer(count: layout.count)
        let isOver = Flag()
        let writer = try HoneThread.start(name: "publisher") {
            var version: UInt32 = 0
            while !isOver.value.load(ordering: .relaxed) {
                version += 1
                slot.publish(version: version) { Self.fill($0, layout: layout, version: version) }
            }
        }
        let policy = LocalActor(actor)
        let acting = ActingWeights(of: policy, slot: slot)
        var decisions: [Decided] = []
        var swaps = 0
        while swaps < Self.swaps {
            let before = policy.version
            acting.loadNewest()
            if policy.version != before { swaps += 1 }
            if policy.version > 0 { decisions.append(decide(policy, UInt64(decisions.count))) }
        }
        isOver.value.store(true, ordering: .relaxed)
        writer.join()

        // Alone and one after the other: each version decides again what is recorded with it.
        let weights = UnsafeMutableBufferPointer<Float>.allocate(capacity: layout.count)
        defer { weights.deallocate() }
        let judge = makeActor()
        func action(_ decided: Decided, version: UInt32) -> Action {
            Self.fill(weights, layout: layout, version: version)
            judge.load(UnsafeBufferPointer(weights))
            return judge.act(
                on: observation(decided.number),
                mode: decided.driver == .guided ? .guided : .policy,
                key: Actor.key(seed: 5, decision: decided.number))
        }
        var mixed = 0
        for decided in decisions where action(decided, version: decided.version) != decided.action {
            mixed += 1
        }
        #expect(mixed == 0, "of \(decisions.count) decisions, \(swaps) swaps")
        #expect(decisions.count >= Self.swaps)
        // The neighbours' weights would have decided otherwise, so a mixture would be seen.
        var told = 0
        for decided in decisions.suffix(20) {
            #expect(decided.action.isFinite)
            if action(decided, version: decided.version + 1) != decided.action { told += 1 }
        }
        #expect(told >= 15)
    }

    private final class Flag: Sendable { let value = Atomic<Bool>(false) }
}
