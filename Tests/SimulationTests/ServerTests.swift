import Bridge
import Embodiment
import Platform
import Synchronization
import Testing

@testable import Simulation

/// A simulated robot on a thread of its own and an agent's end to talk to it.
private final class Bench: Sendable {
    let server: SimulationServer
    let client: BridgeClient
    private let isOver: Flag
    private let thread: HoneThread

    /// A flag that two threads share.
    final class Flag: Sendable {
        let value = Atomic<Bool>(false)
        let end = Guarded<SimulationEnd?>(nil)
    }

    init(
        _ name: String, isLockstep: Bool = true, variant: SimulatedVariant = .lab,
        faults: SimulationFaults = .init(), resetSeconds: Double? = nil
    ) throws {
        var options = SimulationOptions(
            endpoint: "ipc:///tmp/hone-simulation-\(name).sock", variant: variant,
            isLockstep: isLockstep, seed: 5, faults: faults)
        options.resetSeconds = resetSeconds ?? (isLockstep ? 4 : 0.05)
        let server = try SimulationServer(options)
        self.server = server
        let flag = Flag()
        isOver = flag
        thread = try HoneThread.start(name: "robot", scheduling: .normal) {
            let end = try? server.run { flag.value.load(ordering: .relaxed) }
            flag.end.withLock { $0 = end }
        }
        client = try BridgeClient(address: server.address)
        try client.hello(timeout: .seconds(5))
    }

    /// Sends a command, again while the queue looks full.
    func send(_ command: Command) throws {
        for _ in 0..<1000 {
            do {
                try client.send(command)
                return
            } catch BridgeError.queueFull { SystemClock().sleep(for: .microseconds(200)) }
        }
        try client.send(command)
    }

    @discardableResult
    func finish() -> SimulationEnd? {
        isOver.value.store(true, ordering: .relaxed)
        thread.join()
        return isOver.end.withLock { $0 }
    }

    var sample: SensorSample { SensorSample(axes: 7, features: SimulatedAxes.features.count) }

    func begin(epoch: UInt32 = 1, seed: UInt64 = 1, episode: UInt32 = 0) throws {
        try client.start(session: 9, epoch: epoch, timeout: .seconds(5))
        try reset(epoch: epoch, seed: seed, episode: episode)
    }

    func reset(epoch: UInt32 = 1, seed: UInt64 = 1, episode: UInt32 = 0) throws {
        _ = try client.reset(
            ResetRequest(
                session: 9, epoch: epoch, episode: episode, seed: seed, purpose: .demonstration,
                wantsOperator: true), timeout: .seconds(5))
    }

    func command(
        _ position: AxisVector, sequence: UInt64, epoch: UInt32 = 1, milliseconds: UInt32 = 50
    ) -> Command {
        var command = Command(axes: 7)
        command.session = 9
        command.epoch = epoch
        command.sequence = sequence
        command.validityMicroseconds = milliseconds * 1000
        command.sendNanoseconds = SystemClock().now.nanoseconds
        command.position = position
        return command
    }
}

/// The speed from which braking at `acceleration` in 10 ms steps ends within `room`.
private func brakingSpeed(_ room: Double, _ acceleration: Double) -> Double {
    guard room > 0 else { return 0 }
    let unit = acceleration * 1e-4
    let steps = (((1 + 8 * room / unit).squareRoot() - 1) / 2).rounded(.down)
    return room / ((steps + 1) * 0.01) + steps * acceleration * 0.005
}

/// Straight interpolation of the operator's actions, as `Driver` does, over the wire.
private func demonstrate(_ bench: Bench) throws -> (success: Bool, samples: [SensorSample]) {
    var sample = bench.sample
    var samples: [SensorSample] = []
    #expect(try bench.client.receive(into: &sample, timeout: .seconds(5)) == .sample)
    samples.append(sample)
    var position = SimulatedAxes.home
    var speed = AxisVector(count: 7)
    var sequence: UInt64 = 0
    for _ in 0..<60 where !sample.isSuccess && !sample.isTerminal {
        let action = sample.operatorAction
        var target = position
        for axis in 0..<7 {
            let limit = SimulatedAxes.recommendedLimits[axis]
            let wanted =
                axis < 6
                ? position[axis] + action[axis] * SimulatedAxes.actionScale[axis]
                : (action[axis] + 1) / 2
            target[axis] = max(limit.lower, min(limit.upper, wanted))
        }
        for tick in 0..<20 {
            for axis in 0..<7 {
                let limit = SimulatedAxes.recommendedLimits[axis]
                let change = limit.acceleration * 0.01
                let left = target[axis] - position[axis]
                let wanted = left / (axis < 6 ? Double(20 - tick) * 0.01 : 0.05)
                // Never faster than it can brake before the end of the range.
                let ahead = brakingSpeed(limit.upper - position[axis], limit.acceleration)
                let behind = brakingSpeed(position[axis] - limit.lower, limit.acceleration)
                let high = min(speed[axis] + change, limit.velocity, ahead)
                let low = max(speed[axis] - change, -limit.velocity, -behind)
                speed[axis] = max(low, min(high, wanted))
                position[axis] += speed[axis] * 0.01
            }
            sequence += 1
            try bench.send(bench.command(position, sequence: sequence))
            #expect(try bench.client.receive(into: &sample, timeout: .seconds(5)) == .sample)
            #expect(sample.acknowledgedCommand == sequence)
            samples.append(sample)
            if sample.isSuccess || sample.isTerminal { break }
        }
    }
    return (sample.isSuccess, samples)
}

@Suite("The simulated robot on the wire")
struct ServerTests {
    @Test("a whole demonstration in lockstep, twice with the same bits")
    func lockstep() throws {
        var runs: [[SensorSample]] = []
        for round in 0..<2 {
            let bench = try Bench("lockstep-\(round)")
            defer { bench.finish() }
            try bench.begin()
            let (success, samples) = try demonstrate(bench)
            #expect(success)
            #expect(samples.last?.stop == BridgeStop.none)
            #expect(samples.last?.features[.violations] == 0, "limit violations")
            #expect(bench.finish() == .requested)
            let violation = bench.server.statistics.lastViolation
            #expect(violation == nil, "\(String(describing: violation))")
            runs.append(samples)
        }
        #expect(runs[0] == runs[1])
    }

    @Test("wrong session, epoch or sequence, and a reset away from home, are refused")
    func refusals() throws {
        let bench = try Bench("refusals")
        defer { bench.finish() }
        try bench.begin()
        var sample = bench.sample
        #expect(try bench.client.receive(into: &sample, timeout: .seconds(5)) == .sample)
        func refusal(of command: Command) -> Refusal? {
            do {
                try bench.send(command)
                _ = try bench.client.receive(into: &sample, timeout: .seconds(5))
                return nil
            } catch {
                if case BridgeError.refused(_, let code, _) = error { return code }
                Issue.record("\(error)")
                return nil
            }
        }
        let home = SimulatedAxes.home
        #expect(refusal(of: bench.command(home, sequence: 1)) == nil)
        #expect(refusal(of: bench.command(home, sequence: 1)) == .sequence)
        #expect(refusal(of: bench.command(home, sequence: 2, epoch: 2)) == .epoch)
        var foreign = bench.command(home, sequence: 2)
        foreign.session = 8
        #expect(refusal(of: foreign) == .session)
        #expect(throws: BridgeError.self) {
            try bench.client.start(session: 9, epoch: 1, timeout: .seconds(5))
        }
        // Drive away from home; then a reset is refused.
        var position = home
        for sequence in 2..<120 as Range<UInt64> {
            position[0] += min(0.0005, Double(sequence) * 0.00005)
            #expect(refusal(of: bench.command(position, sequence: sequence)) == nil)
        }
        do {
            try bench.reset()
            Issue.record("a reset away from home was accepted")
        } catch BridgeError.refused(_, let code, _) {
            #expect(code == .state)
        }
        _ = bench.finish()
        #expect(bench.server.statistics.refused == 3)
    }

    @Test("a gross violation stops the robot until a new epoch starts")
    func violation() throws {
        let bench = try Bench("violation")
        defer { bench.finish() }
        try bench.begin()
        var sample = bench.sample
        _ = try bench.client.receive(into: &sample, timeout: .seconds(5))
        var position = SimulatedAxes.home
        for sequence in 1...3 as ClosedRange<UInt64> {
            if sequence == 3 { position[0] += 0.05 }
            try bench.send(bench.command(position, sequence: sequence))
            _ = try bench.client.receive(into: &sample, timeout: .seconds(5))
        }
        #expect(sample.stop == .limit && !sample.isEnabled)
        #expect(sample.features[.violations] == 1)
        try bench.begin(epoch: 2)
        _ = try bench.client.receive(into: &sample, timeout: .seconds(5))
        #expect(sample.stop == BridgeStop.none && sample.epoch == 2)
        try bench.client.stop(.test, reason: "test", timeout: .seconds(5))
        _ = bench.finish()
        #expect(bench.server.drive.stop == .requested)
    }

    @Test("injected faults reach the wire")
    func faults() throws {
        var faults = SimulationFaults()
        faults.notANumberAtTick = 3
        faults.freezeAfterTicks = 5
        faults.dieAfterTicks = 9
        let bench = try Bench("faults", faults: faults)
        defer { bench.finish() }
        try bench.begin()
        var sample = bench.sample
        _ = try bench.client.receive(into: &sample, timeout: .seconds(5))
        var position = SimulatedAxes.home
        var seen: [SensorSample] = []
        for sequence in 1...9 as ClosedRange<UInt64> {
            position[1] += 0.0002
            try bench.send(bench.command(position, sequence: sequence))
            let reception = try bench.client.receive(into: &sample, timeout: .seconds(5))
            #expect(reception == (sequence == 3 ? .notFinite(.position, index: 0) : .sample))
            seen.append(sample)
        }
        #expect(seen[8].position == seen[5].position)
        #expect(seen[8].sequence > seen[5].sequence)
        #expect(bench.finish() == .died)
    }

    @Test("in real time samples stream, silence makes the robot brake, a command resumes it")
    func realtime() throws {
        let bench = try Bench("realtime", isLockstep: false)
        defer { bench.finish() }
        var sample = bench.sample
        #expect(try bench.client.receive(into: &sample, timeout: .seconds(5)) == .sample)
        #expect(sample.stop == .disabled)
        try bench.begin()
        var sequence: UInt64 = 0
        func follow(until done: (SensorSample) -> Bool, sending: Bool) throws -> Bool {
            for _ in 0..<600 {
                if sending {
                    sequence += 1
                    let command = bench.command(SimulatedAxes.home, sequence: sequence)
                    try bench.send(command)
                }
                let reception = try bench.client.receive(into: &sample, timeout: .seconds(5))
                if reception == .sample, done(sample) { return true }
            }
            return false
        }
        #expect(
            try follow(
                until: { $0.acknowledgedCommand >= 5 && $0.stop == .none }, sending: true))
        #expect(try follow(until: { $0.stop == .watchdog }, sending: false))
        #expect(try follow(until: { $0.stop == .none }, sending: true))
        try bench.client.release(session: 9, epoch: 1, timeout: .seconds(5))
        #expect(try follow(until: { $0.stop == .disabled && $0.session == 0 }, sending: false))
        #expect(bench.finish() == .requested)
        #expect(bench.server.statistics.expiries >= 1)
        #expect(bench.server.statistics.violations == 0)
    }

    /// Who commands after a reset that is not done yet.
    enum Successor: String, CaseIterable {
        /// The same session in its next epoch.
        case nextEpoch
        /// Another session, once the commander has been silent for 3 s.
        case anotherSession
    }

    @Test(
        "A reset that is not done yet ends with its epoch: the next commander's scene stays",
        arguments: Successor.allCases)
    func pendingReset(successor: Successor) throws {
        let resetSeconds = successor == .nextEpoch ? 0.5 : 4
        let bench = try Bench(
            "pending-\(successor)", isLockstep: false, resetSeconds: resetSeconds)
        defer { bench.finish() }
        try bench.client.start(session: 9, epoch: 1, timeout: .seconds(5))
        let asked = SystemClock().now
        let request = ResetRequest(
            session: 9, epoch: 1, episode: 7, seed: 1, purpose: .demonstration, wantsOperator: true)
        #expect(throws: BridgeError.self, "the person has not set the scene yet") {
            try bench.client.reset(request, timeout: .milliseconds(50))
        }
        if successor == .anotherSession { SystemClock().sleep(until: asked + .seconds(3.2)) }
        // Not before: whoever does not read for so long misses the answers as well.
        let newcomer = try BridgeClient(address: bench.server.address)
        try newcomer.hello(timeout: .seconds(5))
        switch successor {
        case .nextEpoch: try bench.client.start(session: 9, epoch: 2, timeout: .seconds(5))
        case .anotherSession: try newcomer.start(session: 10, epoch: 1, timeout: .seconds(5))
        }
        try #require(
            SystemClock().now < asked + .seconds(resetSeconds), "the successor came in time")
        // Until well behind the moment at which that scene would have been in order.
        var sample = bench.sample
        var episodes: Set<UInt32> = []
        while SystemClock().now < asked + .seconds(resetSeconds + 0.3) {
            guard try newcomer.receive(into: &sample, timeout: .seconds(5)) == .sample else {
                continue
            }
            episodes.insert(sample.episode)
        }
        #expect(episodes == [0], "episode 7 was the earlier commander's")
    }

    @Test("A second commander is told that another agent commands it")
    func busy() throws {
        let bench = try Bench("busy")
        try bench.begin(epoch: 2)
        let other = try BridgeClient(address: bench.server.address)
        try other.hello(timeout: .seconds(5))
        let error = #expect(throws: BridgeError.self) {
            try other.start(session: 10, epoch: 1, timeout: .seconds(5))
        }
        #expect("\(try #require(error))".contains("another agent commands the robot"))
        bench.finish()
    }
}
