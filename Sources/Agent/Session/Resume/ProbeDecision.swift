import Embodiment
import Learning
import Models
import Neural

/// One decision that is kept to be compared: observation and actions, bit for bit.
///
/// Whoever takes a session over must decide as the process before did, or not at all.
struct ProbeDecision: Sendable, Equatable, Codable {
    /// Bit patterns of the raw observation.
    var observation: [UInt32]
    /// Decides the random numbers, together with the seed.
    var number: UInt64
    /// Bit patterns of the base policy's action.
    var imitation: [UInt64]
    /// Bit patterns of the value-guided action.
    var guided: [UInt64]

    /// No decision of an episode uses these random numbers.
    private static let stream: UInt32 = 0xAC71

    /// Asks an actor.
    init(actor: Actor, observation: Observation, seed: UInt64, number: UInt64) {
        self.observation = observation.values.map(\.bitPattern)
        self.number = number
        let key = RandomKey(seed: seed, stream: Self.stream, step: number)
        func ask(_ mode: ActingMode) -> [UInt64] {
            actor.act(on: observation, mode: mode, key: key).values.map(\.bitPattern)
        }
        imitation = ask(.policy)
        guided = ask(.guided)
    }

    /// What weights on their way to the disk decide for an observation.
    ///
    /// - Parameters:
    ///   - weights: a safetensors file with a snapshot.
    ///   - prober: takes them.
    init(
        of weights: [UInt8], with prober: Actor, observation: Observation, seed: UInt64,
        number: UInt64
    ) throws(SafetensorsError) {
        let layout = prober.snapshotLayout.layout
        let arena = Arena(count: layout.count)
        try WeightFile.decode(weights).copy(layout, into: arena.base)
        prober.load(UnsafeBufferPointer(arena.buffer))
        self.init(actor: prober, observation: observation, seed: seed, number: number)
    }

    /// What was seen; nil when it cannot have been this robot.
    func vector(count: Int) -> Observation? {
        guard observation.count == count else { return nil }
        return Observation(observation.map { Float(bitPattern: $0) })
    }

    /// The actions as numbers, for a message.
    var actions: [Double] { (imitation + guided).map { Double(bitPattern: $0) } }
}
