import Embodiment
import Experience
import Platform

/// Small, repeatable experience for these tests.
enum Samples {
    static let scalars = 5
    static let axes = 3

    /// SplitMix64: repeatable from its seed.
    struct Generator {
        var state: UInt64
        init(seed: UInt64) { state = seed }
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
        mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }
    }

    static func store(capacity: Int, failedToFloor: Bool = true) -> ReplayStore {
        ReplayStore(
            observationCount: scalars, actionCount: axes, capacity: capacity, discount: 0.99,
            failedToFloor: failedToFloor)
    }

    static func transition(episode: UInt32, step: UInt32, success: Bool) -> Transition {
        var random = Generator(seed: UInt64(episode) << 32 | UInt64(step))
        let seen = (0..<scalars).map { _ in Float(random.unit() * 2 - 1) }
        let after = (0..<scalars).map { _ in Float(random.unit() * 2 - 1) }
        let proposed = (0..<axes).map { _ in random.unit() * 2 - 1 }
        let executed = (0..<axes).map { _ in random.unit() * 2 - 1 }
        return Transition(
            episode: episode, step: step,
            source: ActionSource.allCases[Int(step) % ActionSource.allCases.count],
            policyVersion: step % 3, observation: Observation(seen),
            proposed: Action(proposed), executed: Action(executed),
            reward: success ? 0 : -1, isTerminal: success, nextObservation: Observation(after),
            decision: step % 2 == 0 ? decision(step) : nil)
    }

    /// Decision 0 is the base policy's, later ones are guided.
    static func decision(_ number: UInt32) -> DecisionRecord {
        DecisionRecord(
            number: UInt64(number), driver: number == 0 ? .imitation : .guided,
            value: number == 0 ? nil : -0.5 - Float(number), nanoseconds: UInt64(number) * 1000,
            asked: number % 4 == 0
                ? nil
                : AskedWith(
                    observation: Observation((0..<scalars).map { Float($0) / 3 - Float(number) }),
                    observedNanoseconds: 7 << 40 | UInt64(number), begunNanoseconds: 7 << 40 | 99,
                    delayTicks: number))
    }

    static func episode(number: UInt32, steps: Int, outcome: EpisodeOutcome) -> Episode {
        Episode(
            number: number, seed: 0xFFFF_0000_0000_0000 | UInt64(number), purpose: .training,
            outcome: outcome,
            transitions: (0..<steps).map { step in
                transition(
                    episode: number, step: UInt32(step),
                    success: outcome == .success && step == steps - 1)
            })
    }
}

extension Samples {
    static func tick(_ number: UInt64, axes: Int = axes) -> TickRecord {
        var random = Generator(seed: number)
        func vector() -> AxisVector { AxisVector((0..<axes).map { _ in random.unit() }) }
        return TickRecord(
            command: number, sample: number + 1, episode: 0, verdict: 2,
            latenessNanoseconds: 70_000 + number, proposed: vector(), commanded: vector(),
            measured: vector(),
            origin: MotionOrigin(
                driver: Driver.allCases[Int(number) % Driver.allCases.count],
                policyVersion: UInt32(number),
                decision: number.isMultiple(of: 2) ? number / 2 : nil),
            observationAgeNanoseconds: 9 + number, acknowledged: number / 3,
            limitedAxes: AxisBits(number % 8) << (axes == Capacity.axes ? 61 : 0),
            acting: number.isMultiple(of: 9)
                ? nil : ActingParty.allCases[Int(number) % ActingParty.allCases.count])
    }

    /// The records of an episode, in order.
    static func records(of episode: Episode) -> [LogRecord] {
        let start = EpisodeStart(
            number: episode.number, seed: episode.seed, purpose: episode.purpose,
            driver: .guided)
        let end = EpisodeEnd(
            number: episode.number, outcome: episode.outcome,
            steps: UInt32(episode.transitions.count))
        return [.episodeStart(start)] + episode.transitions.map { .transition($0) }
            + [.episodeEnd(end)]
    }

    static func time(_ step: Int) -> MonotonicTime {
        MonotonicTime(nanoseconds: 1_000_000_000 + UInt64(step) * 10_000_000)
    }

    /// Records everything in lockstep and commits after every `chunk` records.
    @discardableResult
    static func log(_ records: [LogRecord], to sink: any LogSink, chunk: Int) throws -> Recorder {
        let recorder = Recorder(sink: sink)
        let lane = recorder.makeLane()
        for (index, record) in records.enumerated() {
            lane.record(record, at: time(index))
            if (index + 1) % chunk == 0 { try recorder.flush() }
        }
        try recorder.close()
        return recorder
    }
}
