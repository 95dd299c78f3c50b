import Bridge
import Embodiment
import Platform

/// What a bridge does by the clock: duties of real time.
extension BridgeExaminer {
    /// Commands that hold the pose, one a period.
    private func hold(_ peer: ExaminerPeer, ticks: Int) throws {
        var deadline = clock.now
        for _ in 0..<ticks {
            try peer.probe.send(peer.next())
            deadline += period
            _ = try peer.samples(for: max(.zero, deadline - clock.now))
        }
    }

    func testQueue(_ trial: inout DutyTrial) throws {
        try commanding { peer in
            try hold(peer, ticks: 10)
            let burst = 8
            let first = peer.sequence + 1
            trial.step(
                "\(burst) commands at once",
                expecting: "the last acknowledged, at most 2 of the others before it")
            for _ in 0..<burst { try peer.probe.send(peer.next()) }
            let last = peer.sequence
            var between: Set<UInt64> = []
            let end = try peer.sample(within: patience) { sample in
                let number = sample.acknowledgedCommand
                if number >= first, number < last { between.insert(number) }
                return number == last
            }
            try trial.check(
                end != nil,
                "\(peer.last?.acknowledgedCommand ?? 0) acknowledged where \(last) was the last")
            try trial.check(
                between.count <= 2, "\(between.count) of the others acknowledged one by one")
            trial.summary = "\(burst) at once, \(between.count) of them between"
        }
    }

    /// How long a bridge may take to report that it brakes after the last command was acknowledged.
    private var brakingLimit: Duration {
        .milliseconds(Int(description.watchdogMilliseconds)) + period * 3 + .milliseconds(30)
    }

    /// Waits for the watchdog after the last command; the bridge's own time from its sample to the stop's.
    private func waitForBraking(
        _ peer: ExaminerPeer, _ trial: DutyTrial
    ) throws -> Duration {
        let last = peer.sequence
        var acknowledged: SensorSample?
        let began = clock.now
        let stopped = try peer.sample(within: patience) { sample in
            if sample.acknowledgedCommand == last, acknowledged == nil { acknowledged = sample }
            return sample.stop == .watchdog
        }
        guard let stopped, let acknowledged else {
            throw DutyTrial.Broken(
                came: "no such sample within \(patience); the last says stop "
                    + "\(peer.last?.stop.rawValue ?? 0) and acknowledges "
                    + "\(peer.last?.acknowledgedCommand ?? 0) of \(last)")
        }
        let taken = Duration.nanoseconds(
            Int64(bitPattern: stopped.captureNanoseconds &- acknowledged.captureNanoseconds))
        try trial.check(taken <= brakingLimit, "after \(NumberText.duration(taken.inSeconds))")
        // A bridge whose clock runs slow would excuse itself with the figure above.
        let here = clock.now - began
        try trial.check(
            here <= brakingLimit + .seconds(1),
            "after \(NumberText.duration(here.inSeconds)) by this machine's clock")
        return taken
    }

    private func expectBraking(_ trial: inout DutyTrial, after words: String) {
        trial.step(
            "\(words), valid for \(NumberText.short(description.watchdogMilliseconds)) ms, then "
                + "nothing",
            expecting: "stop 2 (watchdog) within \(NumberText.duration(brakingLimit.inSeconds))")
    }

    func testBraking(_ trial: inout DutyTrial) throws {
        try commanding { peer in
            var longest = Duration.zero
            for _ in 0..<3 {
                expectBraking(&trial, after: "10 commands that hold the pose")
                try hold(peer, ticks: 10)
                longest = max(longest, try waitForBraking(peer, trial))
            }
            // A validity beyond its own watchdog is the agent's wish, not the bridge's.
            expectBraking(&trial, after: "a command that says it is valid for 60 s")
            let outcome = try peer.outcome(of: peer.next { $0.validityMicroseconds = 60_000_000 })
            try trial.check(outcome.isApplied, "\(outcome)")
            longest = max(longest, try waitForBraking(peer, trial))
            trial.summary =
                "4 times, at most \(NumberText.duration(longest.inSeconds)) after the last"
        }
    }

    func testResuming(_ trial: inout DutyTrial) throws {
        try commanding { peer in
            try hold(peer, ticks: 5)
            expectBraking(&trial, after: "5 commands that hold the pose")
            _ = try waitForBraking(peer, trial)
            trial.step("the next valid command", expecting: "obeyed, stop 0")
            let command = peer.next()
            try peer.probe.send(command)
            let resumed = try peer.sample(within: patience) {
                $0.acknowledgedCommand == command.sequence && $0.stop == .none && $0.isEnabled
            }
            try trial.check(
                resumed != nil,
                "the last sample says stop \(peer.last?.stop.rawValue ?? 0) and acknowledges "
                    + "\(peer.last?.acknowledgedCommand ?? 0) of \(command.sequence)")
        }
        trial.summary = "braked and resumed"
    }

    /// Reads what comes for a while: a peer that does not is not answered, and after 3 s taken for dead.
    private func listen(_ peers: [ExaminerPeer], for span: Duration) throws {
        let deadline = clock.now + span
        while clock.now < deadline {
            for peer in peers { _ = try peer.samples(for: .milliseconds(5)) }
        }
    }

    func testSilence(_ trial: inout DutyTrial) throws {
        let heir = try peer()
        let commander = try peer()
        try commander.command()
        let rival = commander.session ^ 1
        defer { heir.release() }
        // The contract is 3 s; a commander that spoke 1.7 s ago is not silent. A machine so busy that
        // this side was held up for a second proves nothing.
        var (answer, spoke, attempts): (BridgeMessage?, MonotonicTime, Int) = (nil, .zero, 0)
        repeat {
            guard attempts < 3 else {
                throw Untestable(reason: "this machine is too busy to be on time")
            }
            attempts += 1
            try listen([heir, commander], for: .milliseconds(1600))
            try commander.probe.send(commander.next())
            spoke = clock.now
            try listen([heir, commander], for: .milliseconds(1700))
            trial.step(
                "another's start 1.7 s after the commander's last command",
                expecting: "error busy")
            answer = try heir.start(rival, epoch: UInt32(attempts))
            if case .started = answer, clock.now - spoke > .milliseconds(2700) {
                heir.release()
                try commander.command()
            }
        } while clock.now - spoke > .milliseconds(2700)
        try trial.check(answer?.refusal == .busy, BridgeMessage.text(answer))
        trial.step(
            "another's start, again and again while the commander says nothing",
            expecting: "started 3 s after the commander's last command, at the latest after 4.5 s")
        repeat {
            answer = try heir.start(rival, epoch: 9)
            if answer?.isStarted(in: 9) == true { break }
            try listen([heir, commander], for: .milliseconds(20))
        } while clock.now - spoke < .milliseconds(4500)
        let passed = clock.now - spoke
        try trial.check(answer?.isStarted(in: 9) == true, BridgeMessage.text(answer))
        try trial.check(
            passed > .milliseconds(2500), "started after \(NumberText.duration(passed.inSeconds))")
        trial.step("a command of the one that was replaced", expecting: "error session")
        let late = try commander.outcome(of: commander.next())
        try trial.check(late.isRefused(.session), "\(late)")
        trial.summary = "replaced after \(NumberText.duration(passed.inSeconds))"
    }

    // MARK: In motion

    func testBrakingInMotion(_ trial: inout DutyTrial) throws {
        try commanding { peer in
            _ = try peer.outcome(of: peer.next())
            let motion = try SmallMotion(of: description, robot: robot, from: peer.pose)
            expectBraking(&trial, after: "commands that move \(motion.text)")
            // A velocity is cut at its largest: then it has farthest to go to its rest.
            let isVelocity = description.axes[motion.axis].isVelocity
            let cut = isVelocity ? motion.out.count : motion.out.count / 2
            for command in motion.out.prefix(cut) { try send(command, to: peer) }
            let atCut = motion.out[max(0, cut - 1)]
            _ = try waitForBraking(peer, trial)
            trial.step(
                "the same, cut in the middle at \(atCut[motion.axis])",
                expecting: isVelocity
                    ? "standstill" : "standstill within \(motion.text) of the pose it began at")
            _ = try peer.samples(for: .milliseconds(300))
            let rest = try peer.samples(for: period * 5)
            try trial.check(!rest.isEmpty, "no samples")
            for sample in rest {
                let place = sample.position[motion.axis]
                if isVelocity {
                    try trial.check(
                        abs(place) <= 0.25 * motion.displacement, "it still moves at \(place)")
                    continue
                }
                try trial.check(
                    abs(place - peer.pose[motion.axis]) <= 1.5 * motion.displacement,
                    "it stands at \(place)")
                try trial.check(
                    abs(place - rest[0].position[motion.axis]) <= 0.05 * motion.displacement,
                    "it still moves")
            }
            // Back by the way it came: from where it stands.
            for command in motion.out.prefix(cut).reversed() { try send(command, to: peer) }
            for _ in 0..<20 { try send(peer.pose, to: peer) }
            trial.summary = "stood still within \(motion.text)"
        }
    }

    /// One set-point, and the period it is for.
    func send(_ position: AxisVector, to peer: ExaminerPeer) throws {
        let command = peer.next { $0.position = position }
        if description.isLockstep {
            let outcome = try peer.outcome(of: command)
            guard case .applied = outcome else { throw DutyTrial.Broken(came: "\(outcome)") }
            return
        }
        let deadline = clock.now + period
        try peer.probe.send(command)
        _ = try peer.samples(for: max(.zero, deadline - clock.now))
    }
}
