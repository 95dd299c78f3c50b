import Embodiment
import Experience
import Models
import Neural
import Platform

/// Decides with new weights at a few observations that the robot has seen, before they act.
///
/// On the learner's thread; does not allocate after init.
public final class WeightProbe {
    private let actor: Actor
    private let observations: [Observation]
    private let limit: Double?
    private let clock = SystemClock()

    /// - Parameters:
    ///   - actor: of the weights' shape; nothing else acts with it.
    ///   - observations: raw, O scalars each.
    ///   - limit: seconds that the robot waits for a decision; nil where time is not the wall clock's, and a slow
    ///     decision holds nobody up.
    public init(actor: Actor, observations: [Observation], limit: Double?) {
        self.actor = actor
        self.observations = observations
        self.limit = limit
    }

    /// A probe at a few observations of a store, from its first row on at even distances; nil for an empty store.
    ///
    /// Allocates.
    public convenience init?(_ plan: TrainerPlan, seen store: ReplayStore) {
        guard store.count > 0 else { return nil }
        let observations = (0..<Self.usual).map { number in
            let seen = store.observation(ofRow: store.count * number / Self.usual)
            return Observation((0..<plan.observationCount).map { seen[$0] })
        }
        self.init(
            actor: Actor(
                observationCount: plan.observationCount, actionCount: plan.actionCount,
                settings: plan.settings),
            observations: observations, limit: plan.decisionLimit)
    }

    /// Observations of a probe.
    private static let usual = 3

    /// Why weights may not act; nil where they may.
    ///
    /// Of the decisions' times the least counts: the others may have waited for the processor.
    ///
    /// - Parameter weights: a snapshot; copied.
    public func refusal(of weights: UnsafeBufferPointer<Float>) -> WeightRefusal? {
        actor.load(weights)
        var least = Double.infinity
        for (number, observation) in observations.enumerated() {
            let began = limit == nil ? .zero : clock.now
            let chunk = actor.decide(
                on: observation, mode: .guided,
                key: RandomKey(seed: 0, stream: Self.stream, step: UInt64(number)))
            if limit != nil { least = min(least, clock.now.seconds(since: began)) }
            guard chunk.isFinite, actor.lastValue.isFinite else {
                return .decision(probe: number)
            }
            for step in 0..<chunk.count {
                let action = chunk[step]
                for axis in 0..<action.count where abs(action[axis]) > 1 {
                    return .decision(probe: number)
                }
            }
        }
        if let limit, least > limit, !observations.isEmpty {
            return .late(seconds: least, limit: limit)
        }
        return nil
    }

    /// Random numbers of its own: acting and learning have others.
    private static let stream: UInt32 = 0xA11
}
