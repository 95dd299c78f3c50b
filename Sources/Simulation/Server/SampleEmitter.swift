import Embodiment

/// Numbers the samples on their way out and spoils them as the faults ask.
struct SampleEmitter {
    let faults: SimulationFaults
    let bootID: UInt64
    private var sequence: UInt64 = 0
    private var frozen: SensorSample?
    private var blind: FeatureVector?
    private var delayed: [SensorSample]
    private var head = 0
    /// Where a drifting force sensor ends, N.
    private static let largestBias = 7.0
    /// What a collision feels like, N.
    private static let blow: Float = 60

    init(faults: SimulationFaults, bootID: UInt64, empty: SensorSample) {
        self.faults = faults
        self.bootID = bootID
        let delay = Int(min(64, faults.delayTicks ?? 0))
        delayed = Array(repeating: empty, count: delay)
    }

    /// The sample to send now; nil when none leaves.
    mutating func next(_ sample: SensorSample, tick: UInt64) -> SensorSample? {
        sequence += 1
        var sample = sample
        sample.sequence = sequence
        sample.bootID = bootID
        if reached(faults.rebootAtTick, tick) { sample.bootID = bootID ^ 0xFF }
        if reached(faults.freezeAfterTicks, tick) || reached(faults.stallAfterTicks, tick) {
            if let frozen {
                sample.position = frozen.position
                sample.velocity = frozen.velocity
                sample.features = frozen.features
                if reached(faults.stallAfterTicks, tick) { sample.sequence = frozen.sequence }
            } else {
                frozen = sample
            }
        }
        if reached(faults.blindAfterTicks, tick) {
            let seen = blind ?? sample.features
            blind = seen
            sample.features = seen
        }
        feel(into: &sample, tick: tick)
        if reached(faults.slipAtTick, tick) { sample.position[1] += 0.05 }
        if let jump = faults.clockJump, tick >= jump.atTick {
            let moved = Double(sample.captureNanoseconds) + jump.seconds * 1e9
            sample.captureNanoseconds = UInt64(max(0, moved))
            // One clock gives both times.
            sample.sendNanoseconds = sample.captureNanoseconds
        }
        for press in faults.presses where press.ticks.contains(tick) {
            sample.buttons.formUnion(press.buttons)
        }
        if faults.notANumberAtTick == tick { sample.position[0] = .nan }
        if faults.infiniteFeatureAtTick == tick { sample.features[0] = .infinity }
        if reached(faults.silentAfterTicks, tick) { return nil }
        if faults.lostTicks?.contains(tick) == true { return nil }
        if let every = faults.dropEvery, every > 0, sequence % every == 0 { return nil }
        guard !delayed.isEmpty else { return sample }
        let oldest = delayed[head]
        delayed[head] = sample
        head = (head + 1) % delayed.count
        return oldest.sequence == 0 ? nil : oldest
    }

    /// What the force sensor feels, where there is one.
    private func feel(into sample: inout SensorSample, tick: UInt64) {
        let first = SimulatedAxes.features.count
        guard sample.features.count > first else { return }
        let seconds = faults.biasAfterTicks.map { tick > $0 ? Double(tick - $0) : 0 } ?? 0
        let bias = min(Self.largestBias, seconds * SimulatedAxes.periodSeconds)
        let isHit = faults.blowAtTick.map { ($0..<$0 + 10).contains(tick) } ?? false
        sample.features[first] = Float(bias)
        sample.features[first + 1] = isHit ? Self.blow : 0
    }

    private func reached(_ fault: UInt64?, _ tick: UInt64) -> Bool {
        fault.map { tick >= $0 } ?? false
    }
}
