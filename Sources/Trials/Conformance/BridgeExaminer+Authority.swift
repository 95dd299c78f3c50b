import Bridge
import Embodiment
import Platform

/// Who commands: duties that are tested with commands that hold the pose.
extension BridgeExaminer {
    func testStart(_ trial: inout DutyTrial) throws {
        let peer = try peer()
        trial.step("a start, and a command that holds the pose", expecting: "started; obeyed")
        try peer.command()
        let held = try peer.outcome(of: peer.next())
        try trial.check(held.isApplied, "\(held)")
        trial.step("a release", expecting: "released")
        let session = (peer.session, peer.epoch)
        let answer = try peer.ask(.release(session: session.0, epoch: session.1))
        try trial.check(answer == .released, BridgeMessage.text(answer))
        trial.step("a command after the release", expecting: "error session")
        let late = try peer.outcome(of: peer.next())
        try trial.check(late.isRefused(.session), "\(late)")
        if !description.isLockstep {
            trial.step("nothing after the release", expecting: "samples with stop 1, session 0")
            let sample = try peer.sample { $0.session == 0 && $0.stop == .disabled }
            try trial.check(
                sample?.isEnabled == false,
                "the last sample says stop \(peer.last?.stop.rawValue ?? 0), session "
                    + "\((peer.last?.session ?? 0).hexadecimal)")
        }
        trial.summary = "started, obeyed, released, disabled"
    }

    func testOneCommander(_ trial: inout DutyTrial) throws {
        try commanding { commander in
            let rival = try peer()
            trial.step("another session's start while one commands", expecting: "error busy")
            var answer = try rival.start(commander.session ^ 1, epoch: 9)
            try trial.check(answer?.refusal == .busy, BridgeMessage.text(answer))
            let commands: [(String, UInt64, Refusal)] = [
                ("the commander's session", commander.session, .busy),
                ("another session", commander.session ^ 1, .session),
            ]
            for (words, session, refusal) in commands {
                trial.step(
                    "a command of \(words) from another connection",
                    expecting: "error \(refusal.rawValue)")
                let outcome = try rival.outcome(
                    of: commander.next {
                        $0.session = session
                        $0.sequence += 1000
                    })
                try trial.check(outcome.isRefused(refusal), "\(outcome)")
            }
            let requests: [(String, AgentMessage)] = [
                (
                    "reset",
                    .reset(
                        ResetRequest(
                            session: commander.session, epoch: commander.epoch, episode: 9,
                            seed: 9, purpose: .evaluation, wantsOperator: false))
                ),
                ("release", .release(session: commander.session, epoch: commander.epoch)),
            ]
            for (words, request) in requests {
                trial.step(
                    "the commander's \(words) from another connection", expecting: "error busy")
                answer = try rival.ask(request)
                try trial.check(
                    answer?.refusal == .busy, BridgeMessage.text(answer))
            }
            trial.step("the commander's own next command", expecting: "obeyed as before")
            let outcome = try commander.outcome(of: commander.next())
            try trial.check(outcome.isApplied, "\(outcome)")
        }
        trial.summary = "5 attempts refused, the commander continues"
    }

    func testEpochs(_ trial: inout DutyTrial) throws {
        try commanding { peer in
            let first = try peer.start(peer.session, epoch: 5)
            trial.step("a start in a higher epoch", expecting: "started")
            try trial.check(first?.isStarted(in: 5) == true, BridgeMessage.text(first))
            for epoch in [5, 4] as [UInt32] {
                trial.step("in epoch 5 a start in epoch \(epoch)", expecting: "error epoch")
                let answer = try peer.start(peer.session, epoch: epoch)
                try trial.check(
                    answer?.refusal == .epoch, BridgeMessage.text(answer))
            }
            for epoch in [4, 6, 0] as [UInt32] {
                trial.step("in epoch 5 a command of epoch \(epoch)", expecting: "error epoch")
                let outcome = try peer.outcome(of: peer.next { $0.epoch = epoch })
                try trial.check(outcome.isRefused(.epoch), "\(outcome)")
            }
            trial.step("a start in epoch 6, then a command of epoch 5", expecting: "error epoch")
            try peer.startAnew()
            let stale = try peer.outcome(of: peer.next { $0.epoch = 5 })
            try trial.check(stale.isRefused(.epoch), "\(stale)")
            trial.step("a command of epoch 6", expecting: "obeyed")
            let outcome = try peer.outcome(of: peer.next())
            try trial.check(outcome.isApplied, "\(outcome)")
        }
        trial.summary = "2 starts and 4 commands refused"
    }

    func testReplays(_ trial: inout DutyTrial) throws {
        var recorded: [AgentMessage] = []
        try commanding { peer in
            recorded = [
                .start(session: peer.session, epoch: peer.epoch, boot: description.bootID),
                .start(session: peer.session, epoch: peer.epoch),
            ]
            trial.step("a start's bytes again, from another connection", expecting: "error busy")
            let answer = try self.peer().ask(recorded[0])
            try trial.check(answer?.refusal == .busy, BridgeMessage.text(answer))
        }
        let thief = try peer()
        for message in recorded {
            trial.step("a start's bytes again, after its release", expecting: "error epoch")
            let answer = try thief.ask(message)
            try trial.check(answer?.refusal == .epoch, BridgeMessage.text(answer))
        }
        trial.step("a start recorded before the bridge restarted", expecting: "error session")
        let session = UInt64.random(in: 1...UInt64.max)
        let old = try thief.ask(
            .start(session: session, epoch: 1, boot: description.bootID ^ 0x5A5A))
        if old?.isStarted(in: 1) == true {
            // Give back what should not have been given.
            _ = try? thief.ask(.release(session: session, epoch: 1))
        }
        try trial.check(old?.refusal == .session, BridgeMessage.text(old))
        trial.summary = "4 recorded starts refused"
    }

    func testStops(_ trial: inout DutyTrial) throws {
        let bystander = try peer()
        for _ in 0..<2 {
            trial.step("a stop without a commander, twice", expecting: "stopped")
            let answer = try bystander.ask(.stop(.test, reason: "hone bridge-test"))
            try trial.check(answer == .stopped, BridgeMessage.text(answer))
        }
        try commanding { commander in
            let held = try commander.outcome(of: commander.next())
            trial.step("a start after that stop, and a command", expecting: "obeyed")
            try trial.check(held.isApplied, "\(held)")
            let speakers = [("who only said hello", bystander), ("the commander", commander)]
            for (words, speaker) in speakers {
                trial.step("stop from \(words)", expecting: "stopped, and samples with stop 3")
                let answer = try speaker.ask(.stop(.test, reason: "hone bridge-test"))
                try trial.check(answer == .stopped, BridgeMessage.text(answer))
                try expectStopped(commander, &trial)
                try commander.startAnew()
            }
        }
        trial.summary = "stopped 4 times"
    }

    /// The next samples say that the robot was stopped; in lockstep a command makes one.
    func expectStopped(_ commander: ExaminerPeer, _ trial: inout DutyTrial) throws {
        if description.isLockstep {
            let outcome = try commander.outcome(of: commander.next())
            guard case .ignored(let sample) = outcome, sample.stop == .requested else {
                throw DutyTrial.Broken(came: "after a command \(outcome)")
            }
            return
        }
        let sample = try commander.sample { $0.stop == .requested }
        try trial.check(
            sample?.isEnabled == false,
            "the last sample says stop \(commander.last?.stop.rawValue ?? 0), enabled: "
                + "\(commander.last?.isEnabled ?? false)")
    }

    func testLatching(_ trial: inout DutyTrial) throws {
        try commanding { commander in
            _ = try commander.outcome(of: commander.next())
            _ = try commander.ask(.stop(.test, reason: "hone bridge-test"))
            trial.step(
                "after a stop 10 valid commands", expecting: "stop 3 all the while, none applied")
            for _ in 0..<10 {
                let command = commander.next()
                try commander.probe.send(command)
                guard let sample = try commander.sample(within: .seconds(1)) else { continue }
                let isHeld = sample.stop == .requested && !sample.isEnabled
                // A sample that left before the stop arrived may still be on its way.
                if command.sequence > 4 || description.isLockstep {
                    try trial.check(
                        isHeld && sample.acknowledgedCommand < command.sequence,
                        "a sample with stop \(sample.stop.rawValue) that acknowledges "
                            + "\(sample.acknowledgedCommand)")
                }
            }
            trial.step("a start in a new epoch, and a command", expecting: "obeyed")
            try commander.startAnew()
            let outcome = try commander.outcome(of: commander.next())
            try trial.check(outcome.isApplied, "\(outcome)")
        }
        trial.summary = "held against 10 commands, ended by a start"
    }

    func testDeath(_ trial: inout DutyTrial) throws {
        let heir = try peer()
        var commander: ExaminerPeer? = try peer()
        try commander?.command()
        let session = commander?.session ?? 0
        commander = nil
        trial.step(
            "a commander's connection is closed without release, then another's start",
            expecting: "started within 2.5 s, which is before its silence is too long")
        let began = clock.now
        var answer: BridgeMessage?
        repeat {
            answer = try heir.start(session ^ 1, epoch: 1)
            if answer?.isStarted(in: 1) == true { break }
            clock.sleep(for: .milliseconds(50))
        } while clock.now - began < .milliseconds(2500)
        defer { heir.release() }
        try trial.check(answer?.isStarted(in: 1) == true, BridgeMessage.text(answer))
        trial.summary = "followed after \(NumberText.duration((clock.now - began).inSeconds))"
    }
}
