import Bridge
import Embodiment
import Platform

/// What samples say: duties that find out whether they are those of the robot that is described.
extension BridgeExaminer {
    /// Axis by axis what a sample must stay within while the robot is commanded to stay: as far as `--motion`
    /// would move it.
    private func stayCheck(at place: AxisVector) -> StayCheck {
        StayCheck(
            at: place,
            axes: description.axes.map {
                StayCheck.Axis(
                    name: $0.name, unit: $0.unit, tolerance: SmallMotion.displacement(of: $0))
            })
    }

    func testStaying(_ trial: inout DutyTrial) throws {
        try commanding { peer in
            trial.step("a start", expecting: "a pose within the described ranges")
            for (index, axis) in description.axes.enumerated() {
                let range = axis.upper - axis.lower
                let place = peer.last?.position[index] ?? peer.pose[index]
                try trial.check(
                    place >= axis.lower - 0.05 * range && place <= axis.upper + 0.05 * range,
                    "\(axis.name) measures \(NumberText.short(place)), described is "
                        + "\(NumberText.short(axis.lower))…\(NumberText.short(axis.upper))"
                        + "\(SmallMotion.symbol(of: axis.unit)): are order and unit of the samples those of "
                        + "the description?")
            }
            trial.step(
                "commands that hold the measured pose, for a second",
                expecting: "the robot stays where it is, stop 0")
            let stay = stayCheck(at: peer.pose)
            let end = clock.now + .seconds(1)
            // A second of robot time in lockstep, of this machine's otherwise.
            var ticks = description.isLockstep ? max(10, Int(description.commandRateHz)) : Int.max
            while ticks > 0, description.isLockstep || clock.now < end {
                ticks -= 1
                let command = peer.next()
                var samples: [SensorSample] = []
                if description.isLockstep {
                    switch try peer.outcome(of: command) {
                    case .applied(let sample): samples = [sample]
                    case let other: throw DutyTrial.Broken(came: "\(other)")
                    }
                } else {
                    try peer.probe.send(command)
                    samples = try peer.samples(for: period)
                }
                for sample in samples where sample.epoch == peer.epoch {
                    if let drift = stay.drift(to: sample.position) {
                        _ = try? peer.ask(.stop(.test, reason: drift))
                        throw DutyTrial.Broken(came: drift)
                    }
                    try trial.check(
                        sample.stop == .none || sample.stop == .watchdog,
                        "stop \(sample.stop.rawValue) (\(sample.stop)) at the pose that it measures itself"
                    )
                }
            }
        }
        trial.summary = "for a second"
    }

    func testTime(_ trial: inout DutyTrial) throws {
        var captures = CaptureClock(isLockstep: description.isLockstep)
        if description.isLockstep {
            trial.step("20 commands", expecting: "capture times that rise by one period each")
            try commanding { peer in
                var robotTime = MonotonicTime.zero
                for index in 0..<max(20, Int(0.2 * description.commandRateHz)) {
                    let outcome = try peer.outcome(of: peer.next())
                    guard case .applied(let sample) = outcome else {
                        throw DutyTrial.Broken(came: "\(outcome)")
                    }
                    if index > 0 { robotTime += period }
                    captures.take(capture: sample.captureNanoseconds, at: robotTime)
                }
            }
        } else {
            let peer = try peer()
            trial.step("a hello", expecting: "capture times that run with this machine's clock")
            // What waited in the queue is older than the test.
            _ = try peer.samples(for: period)
            let end = clock.now + .milliseconds(600)
            while clock.now < end {
                guard let sample = try peer.sample(within: .milliseconds(600)) else { break }
                captures.take(capture: sample.captureNanoseconds, at: clock.now)
            }
        }
        if let wrong = captures.wrongRate ?? captures.wallClock {
            throw DutyTrial.Broken(came: wrong)
        }
        guard let rate = captures.rate else { throw DutyTrial.Broken(came: "too few samples") }
        trial.summary = "\(NumberText.short(rate)) s in a second"
    }

    func testPace(_ trial: inout DutyTrial) throws {
        let rate = description.commandRateHz
        let most = 2 * rate
        try commanding { peer in
            trial.step(
                "a command each period, for a second",
                expecting: "at most \(NumberText.short(most)) messages a second, of whatever kind")
            // What waited in a queue is of the time before.
            _ = try peer.samples(for: period * 2)
            var count = 0
            let began = clock.now
            while clock.now - began < max(.seconds(1), period * 10) {
                try peer.probe.send(peer.next())
                let (samples, refusals) = try peer.watch(for: period)
                count += samples.count + refusals.count
            }
            let found = Double(count) / (clock.now - began).inSeconds
            try trial.check(
                found <= most,
                "samples at \(NumberText.short(found)) Hz where \(NumberText.short(rate)) Hz were "
                    + "described")
            trial.summary = "\(NumberText.short(found))/s"
        }
    }

    func testOperator(_ trial: inout DutyTrial) throws {
        guard description.hasOperator else { throw Untestable(reason: "it has no operator") }
        try commanding { peer in
            trial.step(
                "a reset that wants an operator, and commands that hold the pose",
                expecting: "operator's actions, each within −1…1")
            _ = try reset(peer, episode: 1, wantsOperator: true)
            var seen = 0
            let end = clock.now + .seconds(1)
            while clock.now < end, seen < 50 {
                try peer.probe.send(peer.next())
                for sample in try peer.samples(
                    for: description.isLockstep ? .milliseconds(5) : period)
                where sample.hasOperatorAction {
                    seen += 1
                    for (index, axis) in description.axes.enumerated() {
                        let value = sample.operatorAction[index]
                        try trial.check(
                            abs(value) <= 1 + 1e-6,
                            "\(NumberText.short(value)) on axis \(axis.name): −1 and 1 are the ends of its "
                                + "action box, which start tells under actions")
                    }
                }
            }
            guard seen > 0 else { throw Untestable(reason: "nobody gave an action in a second") }
            trial.summary = "\(seen) actions"
        }
    }

    func testResets(_ trial: inout DutyTrial) throws {
        try commanding { peer in
            trial.step(
                description.isLockstep ? "a reset" : "a reset while commands go on",
                expecting: "ready, and until then commands obeyed and samples without a stop")
            let reset = try reset(peer, episode: 2, wantsOperator: false)
            let samples = reset.samples.filter { $0.epoch == peer.epoch }
            for sample in samples {
                try trial.check(
                    sample.stop == .none || sample.stop == .watchdog,
                    "stop \(sample.stop.rawValue) (\(sample.stop)) during the reset")
            }
            try trial.check(
                reset.refusals.isEmpty,
                "\(reset.refusals.count) commands refused during the reset, last: "
                    + BridgeMessage.text(reset.refusals.last))
            // The first ones acknowledge what was sent before it.
            let late = samples.suffix(samples.count / 2).map(\.acknowledgedCommand)
            try trial.check(
                late.count < 5 || late.last != late.first,
                "\(late.count) samples during the reset acknowledge no command of it")
            trial.step("a command after ready", expecting: "obeyed, in episode 2, which has no end")
            // Where the reset has moved it.
            try peer.measurePose()
            let outcome = try peer.outcome(of: peer.next())
            guard case .applied(let sample) = outcome else {
                throw DutyTrial.Broken(came: "\(outcome)")
            }
            try trial.check(sample.episode == 2, "episode \(sample.episode)")
            try trial.check(
                !sample.isSuccess && !sample.isTerminal && !sample.isTruncated,
                "it says success, terminal or truncated already: of the episode before?")
            trial.summary =
                description.isLockstep
                ? "one, and on in its episode"
                : "commanded all the while, \(samples.count) samples"
        }
    }

    /// What came while the scene was put in order.
    private struct Reset {
        var samples: [SensorSample] = []
        /// Errors without a number, which are of commands.
        var refusals: [BridgeMessage] = []
    }

    /// Has the scene put in order, holding the pose meanwhile.
    ///
    /// - Throws: `Untestable` where the robot cannot do that now.
    private func reset(
        _ peer: ExaminerPeer, episode: UInt32, wantsOperator: Bool
    ) throws -> Reset {
        let request = ResetRequest(
            session: peer.session, epoch: peer.epoch, episode: episode, seed: 1,
            purpose: wantsOperator ? .demonstration : .evaluation, wantsOperator: wantsOperator)
        var answer: BridgeMessage?
        var reset = Reset()
        let longest = patience * 20
        if description.isLockstep {
            answer = try peer.ask(.reset(request))
        } else {
            let id = try peer.send(.reset(request))
            let deadline = clock.now + longest
            while answer == nil, clock.now < deadline {
                try peer.probe.send(peer.next())
                let found = try peer.next(within: period, each: { reset.samples.append($0) }) {
                    $0 == id || $0 == nil
                }
                if let found, found.id == nil, description.version > 1 {
                    reset.refusals.append(found.message)
                } else {
                    answer = found?.message
                }
            }
            if answer == nil {
                throw Untestable(
                    reason:
                        "no answer to a reset within \(NumberText.duration(longest.inSeconds)); "
                        + "does a person put the scene in order?")
            }
        }
        if case .ready = answer { return reset }
        if answer?.refusal == .state {
            throw Untestable(reason: "the robot cannot now: \(BridgeMessage.text(answer))")
        }
        throw DutyTrial.Broken(came: BridgeMessage.text(answer))
    }
}
