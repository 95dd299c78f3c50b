import Bridge
import Embodiment
import Platform

/// Samples and commands: duties that are tested with commands that hold the pose.
extension BridgeExaminer {
    func testNumbering(_ trial: inout DutyTrial) throws {
        let count = 20
        var samples: [SensorSample] = []
        try commanding { peer in
            trial.step(
                "\(count) commands that hold the pose", expecting: "a sample for each, numbered")
            for _ in 0..<count {
                let outcome = try peer.outcome(of: peer.next())
                guard case .applied(let sample) = outcome else {
                    throw DutyTrial.Broken(came: "\(outcome)")
                }
                samples.append(sample)
            }
        }
        for (before, after) in zip(samples, samples.dropFirst()) {
            try trial.check(
                after.bootID == description.bootID,
                "boot \(after.bootID.hexadecimal) where the description says "
                    + "\(description.bootID.hexadecimal)")
            try trial.check(
                after.sequence > before.sequence,
                "sequence \(after.sequence) after \(before.sequence)")
            try trial.check(
                after.captureNanoseconds > before.captureNanoseconds,
                "captured at \(after.captureNanoseconds) ns after "
                    + "\(before.captureNanoseconds) ns")
            try trial.check(
                after.sendNanoseconds >= after.captureNanoseconds,
                "sent at \(after.sendNanoseconds) ns, captured at \(after.captureNanoseconds) ns")
        }
        trial.summary = "\(samples.count) samples"
    }

    func testStream(_ trial: inout DutyTrial) throws {
        let rate = description.commandRateHz
        let wanted = max(20, Int(rate / 2))
        let peers = [try peer(), try peer()]
        trial.step(
            "two connections that said hello",
            expecting: "\(NumberText.short(rate)) samples per second to both, ±25 %")
        var rates: [Double] = []
        for peer in peers {
            // What waited in the queue is older than the test.
            _ = try peer.samples(for: period)
            var stream: [SensorSample] = []
            _ = try peer.sample(within: patience + .seconds(Double(wanted) / rate)) {
                stream.append($0)
                return stream.count > wanted
            }
            try trial.check(
                stream.count > wanted, "\(stream.count) samples where \(wanted) were due")
            // By the bridge's clock and its own count: what one side reads late is not lost time.
            let span = Int64(
                bitPattern: stream[wanted].captureNanoseconds &- stream[0].captureNanoseconds)
            let numbered = stream[wanted].sequence &- stream[0].sequence
            rates.append(Double(numbered) / (Double(span) * 1e-9))
            try trial.check(
                UInt64(stream.count) * 2 > numbered,
                "\(stream.count) samples arrived of \(numbered) that were numbered")
        }
        for found in rates {
            try trial.check(
                abs(found / rate - 1) < 0.25, "\(NumberText.short(found)) samples per second")
        }
        trial.summary = rates.map { NumberText.short($0) + "/s" }.joined(separator: " and ")
    }

    func testSequences(_ trial: inout DutyTrial) throws {
        try commanding { peer in
            func expect(_ sequence: UInt64, obeyed: Bool) throws {
                trial.step(
                    "a command with sequence \(sequence)",
                    expecting: obeyed ? "obeyed and acknowledged" : "error sequence")
                let outcome = try peer.outcome(of: peer.next { $0.sequence = sequence })
                try trial.check(
                    obeyed ? outcome.isApplied : outcome.isRefused(.sequence), "\(outcome)")
            }
            try expect(5, obeyed: true)
            try expect(5, obeyed: false)
            try expect(4, obeyed: false)
            try expect(0, obeyed: false)
            try expect(7, obeyed: true)
            try expect(6, obeyed: false)
            if !description.isLockstep {
                trial.step("a start in a new epoch", expecting: "samples that acknowledge 0")
                try peer.startAnew()
                let acknowledged = peer.last?.acknowledgedCommand
                try trial.check(acknowledged == 0, "\(acknowledged ?? 0)")
            } else {
                try peer.startAnew()
            }
            try expect(1, obeyed: true)
        }
        trial.summary = "4 refused, gaps allowed"
    }

    func testExpired(_ trial: inout DutyTrial) throws {
        try commanding { peer in
            trial.step("a command valid for no time", expecting: "error expired")
            let none = try peer.outcome(of: peer.next { $0.validityMicroseconds = 0 })
            try trial.check(none.isRefused(.expired), "\(none)")
            // Fresh ones measure the clocks' difference.
            for _ in 0..<3 {
                trial.step("a fresh command", expecting: "obeyed")
                let fresh = try peer.outcome(of: peer.next())
                try trial.check(fresh.isApplied, "\(fresh)")
            }
            let age = Duration.milliseconds(Int(description.watchdogMilliseconds) + 200)
            trial.step(
                "a command sent \(NumberText.duration(age.inSeconds)) ago by its own account, as "
                    + "after a stall", expecting: "error expired")
            let late = try peer.outcome(
                of: peer.next { $0.sendNanoseconds &-= UInt64(age.wholeNanoseconds) })
            try trial.check(late.isRefused(.expired), "\(late)")
            trial.step("a fresh command", expecting: "obeyed")
            let fresh = try peer.outcome(of: peer.next())
            try trial.check(fresh.isApplied, "\(fresh)")
        }
        trial.summary = "refused on arrival"
    }

    func testStep(_ trial: inout DutyTrial) throws {
        try commanding { peer in
            trial.step("a reset", expecting: "one sample after ready, and no other")
            let surplus = try peer.samples(for: .milliseconds(100))
            try trial.check(surplus.isEmpty, "\(surplus.count) samples more")
            var before = peer.last?.captureNanoseconds ?? 0
            let tick = UInt64(1e9 / description.commandRateHz)
            for index in 0..<5 {
                trial.step(
                    "a command that holds the pose",
                    expecting: "one sample, captured one period (\(tick) ns) later")
                let outcome = try peer.outcome(of: peer.next())
                guard case .applied(let sample) = outcome else {
                    throw DutyTrial.Broken(came: "\(outcome)")
                }
                let passed = sample.captureNanoseconds &- before
                // After a reset its duration is part of the time between.
                try trial.check(
                    index == 0 || (passed >= tick - 1000 && passed <= tick + 1000),
                    "\(passed) ns later")
                before = sample.captureNanoseconds
            }
            trial.step("a command that is refused", expecting: "an error and no sample")
            let refused = try peer.outcome(of: peer.next { $0.epoch += 1 })
            try trial.check(refused.isRefused(.epoch), "\(refused)")
            let more = try peer.samples(for: .milliseconds(100))
            try trial.check(more.isEmpty, "\(more.count) samples")
        }
        trial.summary = "5 commands, 5 samples"
    }
}
