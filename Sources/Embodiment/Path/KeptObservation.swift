/// An observation as a transition keeps it: as long as its numbers, not as long as an observation can be.
struct KeptObservation: Sendable, Equatable {
    private let bits: [UInt32]
    private let frames: [FrameHandle]

    init(_ observation: Observation) {
        bits = observation.values.map(\.bitPattern)
        frames = (0..<observation.frameCount).map { observation.frame($0) }
    }

    /// The observation, to the bit.
    var value: Observation {
        var observation = Observation(count: bits.count)
        for index in bits.indices { observation[index] = Float(bitPattern: bits[index]) }
        for frame in frames { _ = observation.add(frame) }
        return observation
    }
}
