import Embodiment
import Experience
import Foundation
import Learning
import Models
import Neural
import Platform

/// The acting side of the weights: takes newer ones at a declared boundary, then decides.
///
/// Owned by the thread that runs episodes. Each decision carries the version that made it.
final class ActingPolicy {
    /// Version of the weights that act.
    private(set) var version: UInt32 = 0
    /// Version that acted before that one; 0 for none.
    private var previous: UInt32 = 0
    /// Version that gave way to the one before it: neither it nor an older one is taken again.
    private var refused: UInt32 = 0
    /// How long decisions took.
    private(set) var latency = LatencyHistogram()

    private let actor: Actor
    /// Decides for resume points alone: what it loads never acts.
    private let prober: Actor
    private let slot: WeightBuffer
    private let seed: UInt64
    private let clock = SystemClock()

    /// Streams of random numbers: acting must never share one with learning.
    private static let stream: UInt32 = 0xAC70

    /// The key of one decision of a session: all that it needs beside weights and observation.
    static func key(seed: UInt64, decision number: UInt64) -> RandomKey {
        RandomKey(seed: seed, stream: stream, step: number)
    }

    /// - Parameters:
    ///   - prober: of the same shape as `actor`.
    ///   - slot: where the trainer publishes.
    init(actor: Actor, prober: Actor, slot: WeightBuffer, seed: UInt64) {
        self.actor = actor
        self.prober = prober
        self.slot = slot
        self.seed = seed
    }

    /// Takes newer weights, if there are any; the boundary of a swap.
    func takeNewest() {
        guard let newest = slot.acquire(), newest.version > refused,
            newest.isNew || newest.version != version
        else { return }
        actor.load(newest.weights)
        if newest.version != version { previous = version }
        version = newest.version
    }

    /// Lets the weights that acted before act again, until there are newer ones than the present.
    ///
    /// By the wall clock only, where a version's number is never used twice. Allocates.
    ///
    /// - Parameter directory: the session's, which keeps every version.
    /// - Returns: the version that acts now; nil, and nothing changes, where none acted before.
    /// - Throws: when that version cannot be read: nothing changes.
    func rollBack(in directory: SessionDirectory) throws -> UInt32? {
        guard previous > 0 else { return nil }
        let layout = actor.snapshotLayout.layout
        let weights = Arena(count: layout.count)
        try VersionFolder(directory.weights.path).read(
            previous, layout: layout, into: weights.base)
        actor.load(UnsafeBufferPointer(weights.buffer))
        refused = version
        version = previous
        previous = 0
        return version
    }

    /// Goes on where another process stopped, with the weights that the trainer has published.
    ///
    /// - Parameter version: that acted last; newer ones are taken at the next boundary.
    func goOn(from version: UInt32, latency: LatencyHistogram) {
        self.version = version
        self.latency = latency
        // Loaded in any case, for the probe; taken later where it is newer.
        if let newest = slot.acquire() { actor.load(newest.weights) }
    }

    /// What weights on their way to the disk decide for an observation.
    ///
    /// - Parameter weights: a safetensors file with a snapshot.
    func probe(
        _ weights: [UInt8], _ observation: Observation, number: UInt64
    ) throws(SafetensorsError) -> ProbeDecision {
        let layout = prober.snapshotLayout.layout
        let arena = Arena(count: layout.count)
        try Safetensors.decode(weights).copy(layout, into: arena.base)
        prober.load(UnsafeBufferPointer(arena.buffer))
        return ProbeDecision(
            actor: prober, observation: observation, seed: seed, number: number)
    }

    /// What the weights in use decide for an observation: the policy alone, and guided.
    func probe(_ observation: Observation, number: UInt64) -> ProbeDecision {
        ProbeDecision(actor: actor, observation: observation, seed: seed, number: number)
    }

    /// One decision.
    ///
    /// - Parameters:
    ///   - observation: raw units.
    ///   - number: of the decision in the session; with the seed it decides the random numbers.
    func decide(_ observation: Observation, driver: Driver, number: UInt64)
        -> Decision
    {
        let began = clock.now
        let action = actor.act(
            on: observation, mode: driver == .guided ? .guided : .policy,
            key: Self.key(seed: seed, decision: number))
        latency.record(nanoseconds: UInt64(max(0, clock.now.nanoseconds(since: began))))
        return Decision(
            action: action, version: version,
            value: actor.lastValue.isNaN ? nil : actor.lastValue)
    }
}
