import Embodiment
import Experience
import Models
import Neural
import Recipe
import Testing

@testable import Learning

@Suite("Weight gate")
struct WeightGateTests {
    /// The one leaves observations as they are, the other centres and scales them.
    static let presets = ["paper", "default"]

    /// What a small learner would publish, its normaliser fitted where the preset asks for it.
    private func snapshot(of preset: String) -> (layout: SnapshotLayout, weights: [Float]) {
        var settings: AlgorithmSettings = preset == "paper" ? .paper : .standard
        settings.policy = .diffusion(DiffusionSettings(hidden: 16, blocks: 1, timeDimension: 8))
        settings.critic.hidden = 16
        settings.critic.ensembleSize = 2
        settings.critic.bins = 16
        let session = PointSession(settings: settings, seed: 3)
        defer { session.learner.stop() }
        _ = session.demonstrate(8)
        session.learner.fitNormaliser(DemonstratedRanges(of: session.offline))
        var weights = [Float](repeating: 0, count: session.learner.snapshotCount)
        weights.withUnsafeMutableBufferPointer { session.learner.writeSnapshot(into: $0) }
        return (session.learner.snapshotLayout, weights)
    }

    @Test("The snapshot's networks are all that is behind the normaliser", arguments: presets)
    func networks(preset: String) {
        let (layout, weights) = snapshot(of: preset)
        #expect(layout.networks.lowerBound == layout.policy.lowerBound)
        #expect(layout.networks.upperBound == weights.count)
        #expect(layout.networks.count == layout.policy.count + layout.critic.count)
        // What alone would outweigh the networks, were it part of the norm.
        let limit: Float = preset == "paper" ? .greatestFiniteMagnitude : Normaliser.fittedLimit
        #expect(weights[2 * PointTask.observationCount] == limit)
    }

    @Test("Networks whose norm has jumped are refused, others pass", arguments: presets)
    func jump(preset: String) {
        let (layout, weights) = snapshot(of: preset)
        var gate = WeightGate(layout: layout)
        func admits(scale: Float) -> Bool {
            var scaled = weights
            for index in layout.networks { scaled[index] *= scale }
            return scaled.withUnsafeMutableBufferPointer { gate.admit($0) } == nil
        }
        #expect(admits(scale: 1))
        let first = gate.norm
        #expect(!admits(scale: 3))
        #expect(!admits(scale: 2.01))
        #expect(!admits(scale: 0.49))
        #expect(!admits(scale: 0.3))
        #expect(gate.norm == first)
        #expect(admits(scale: 1.99))
        // What counts is the distance from the last that passed.
        #expect(admits(scale: 3))
        #expect(!admits(scale: 1))
    }

    @Test("What the normaliser holds does not count, as long as it is finite", arguments: presets)
    func normaliser(preset: String) {
        let (layout, fresh) = snapshot(of: preset)
        var weights = fresh
        var gate = WeightGate(layout: layout)
        func admits() -> Bool { weights.withUnsafeMutableBufferPointer { gate.admit($0) } == nil }
        #expect(admits())
        for index in layout.normaliser { weights[index] = 1e20 }
        #expect(admits())
        for index in [layout.normaliser.lowerBound, layout.policy.lowerBound, weights.count - 1] {
            let good = weights[index]
            for bad in [Float.nan, .infinity, -.infinity] {
                weights[index] = bad
                #expect(!admits(), "\(bad) at \(index)")
            }
            weights[index] = good
        }
        #expect(admits())
        weights.removeLast()
        #expect(!admits(), "a snapshot of another shape")
    }

    /// A learner's fresh snapshot, and a probe at what it has seen.
    private func makeProbe(limit: Double?) throws -> (WeightProbe, SnapshotLayout, [Float]) {
        var settings = AlgorithmSettings.standard
        settings.policy = .diffusion(DiffusionSettings(hidden: 16, blocks: 1, timeDimension: 8))
        settings.critic.head = .scalar
        settings.critic.hidden = 16
        settings.critic.ensembleSize = 2
        var plan = TrainerPlan(
            observationCount: PointTask.observationCount, actionCount: PointTask.actionCount,
            settings: settings, seed: 1)
        plan.decisionLimit = limit
        let session = PointSession(settings: settings, seed: 3)
        defer { session.learner.stop() }
        let isEmpty = WeightProbe(plan, seen: session.offline) == nil
        #expect(isEmpty)
        _ = session.demonstrate(8)
        session.learner.fitNormaliser(DemonstratedRanges(of: session.offline))
        var weights = [Float](repeating: 0, count: session.learner.snapshotCount)
        weights.withUnsafeMutableBufferPointer { session.learner.writeSnapshot(into: $0) }
        let probe = try #require(WeightProbe(plan, seen: session.offline))
        return (probe, session.learner.snapshotLayout, weights)
    }

    @Test("Weights of finite numbers whose decision is no number are refused")
    func probeObservations() throws {
        let (probe, layout, fresh) = try makeProbe(limit: nil)
        var weights = fresh
        var gate = WeightGate(layout: layout)
        func refusal() -> WeightRefusal? {
            weights.withUnsafeMutableBufferPointer { gate.admit($0, probe: probe) }
        }
        #expect(refusal() == nil)
        let norm = gate.norm
        // Every number is finite, and so large that their sum is not.
        for tensor in layout.layout.tensors
        where tensor.name.hasPrefix("critic.") && tensor.name.contains(".head.") {
            for index in tensor.range { weights[index] = .greatestFiniteMagnitude }
        }
        #expect(weights != fresh)
        var alone = WeightGate(layout: layout)
        let unprobed = weights.withUnsafeMutableBufferPointer { alone.admit($0) }
        #expect(unprobed == nil)
        gate = WeightGate(layout: layout)
        #expect(refusal() == .decision(probe: 0))
        #expect(gate.norm == nil && norm != nil)
        weights = fresh
        #expect(refusal() == nil)
    }

    @Test("Weights whose decisions come later than the robot waits are refused, by the wall clock")
    func latency() throws {
        func refusal(limit: Double?) throws -> WeightRefusal? {
            let (probe, layout, fresh) = try makeProbe(limit: limit)
            var weights = fresh
            var gate = WeightGate(layout: layout)
            return weights.withUnsafeMutableBufferPointer { gate.admit($0, probe: probe) }
        }
        #expect(try refusal(limit: nil) == nil)
        #expect(try refusal(limit: 60) == nil)
        guard case .late(let seconds, let limit) = try refusal(limit: 1e-9) else {
            Issue.record("a decision within a nanosecond")
            return
        }
        #expect(seconds > limit && limit == 1e-9)
    }
}
