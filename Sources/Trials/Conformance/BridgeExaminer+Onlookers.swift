import Bridge
import Embodiment
import Platform

/// What those who do not command can see, and what it is good for: nothing.
extension BridgeExaminer {
    func testHiding(_ trial: inout DutyTrial) throws {
        let early = try peer()
        try commanding { commander in
            let late = try peer()
            // Whoever asked in vain knows no more than before.
            let refused = try peer()
            _ = try refused.start(commander.session ^ 1, epoch: 1)
            let onlookers = [
                ("who said hello before the start", early), ("who said hello after it", late),
                ("whose start was refused", refused),
            ]
            for _ in 0..<3 { try commander.probe.send(commander.next()) }
            for (words, onlooker) in onlookers {
                trial.step(
                    "nothing more by one \(words)", expecting: "samples of session 0 and epoch 0")
                // What waited in the queue may be older than the start.
                let samples = try onlooker.samples(for: period * 12)
                try trial.check(!samples.isEmpty, "no sample")
                for sample in samples {
                    try trial.check(
                        sample.session == 0 && sample.epoch == 0,
                        "a sample of session \(sample.session.hexadecimal), epoch \(sample.epoch)")
                }
            }
            trial.step("the same by the commander", expecting: "samples of its own session")
            let own = try commander.sample { $0.session == commander.session }
            try trial.check(own?.epoch == commander.epoch, "none within \(patience)")
        }
        trial.summary = "3 onlookers learned nothing"
    }

    func testGuarding(_ trial: inout DutyTrial) throws {
        try commanding { commander in
            let rival = try peer()
            try attack(commander, by: rival, &trial)
            trial.step("a stop by somebody else", expecting: "stopped")
            let stopped = try peer().ask(.stop(.test, reason: "hone bridge-test"))
            try trial.check(stopped == .stopped, BridgeMessage.text(stopped))
            try attack(commander, by: rival, &trial)
            trial.step(
                "a command of the commander's after those starts",
                expecting: "stop 3 as before: they ended nothing")
            // What left before those starts says nothing of them.
            _ = try commander.samples(for: period * 5)
            try expectStopped(commander, &trial)
            try commander.startAnew()
            trial.step("a start and a command of the commander's", expecting: "obeyed as before")
            let outcome = try commander.outcome(of: commander.next())
            try trial.check(outcome.isApplied, "\(outcome)")
            try expectToken(commander, &trial)
        }
        trial.summary =
            "6 attempts refused"
            + (description.version >= 2 ? ", the token's holder continues elsewhere" : "")
    }

    /// Starts of the running session from another connection, by one who knows all but its token.
    private func attack(
        _ commander: ExaminerPeer, by rival: ExaminerPeer, _ trial: inout DutyTrial
    ) throws {
        let attempts: [(String, UInt32, CommandToken?)] = [
            ("in the next epoch", commander.epoch + 1, nil), ("in the last epoch", .max, nil),
            ("that quotes a guessed token", commander.epoch + 1, .random()),
        ]
        for (words, epoch, token) in attempts {
            trial.step(
                "a start with the running session's number \(words), from another connection",
                expecting: "error busy")
            let answer = try rival.start(commander.session, epoch: epoch, token: token)
            try trial.check(answer?.refusal == .busy, BridgeMessage.text(answer))
        }
    }

    /// The commander's own way back, as after a connection that broke.
    private func expectToken(_ commander: ExaminerPeer, _ trial: inout DutyTrial) throws {
        guard description.version >= 2 else { return }
        trial.step("the answer to a start", expecting: "a token")
        guard let token = commander.token else { throw DutyTrial.Broken(came: "none") }
        let heir = try peer()
        trial.step(
            "a start of the session with its token, from another connection", expecting: "started")
        let epoch = commander.epoch + 1
        let answer = try heir.start(commander.session, epoch: epoch, token: token)
        try trial.check(answer?.isStarted(in: epoch) == true, BridgeMessage.text(answer))
        defer { heir.release() }
        try heir.learnPose()
        trial.step("a command from there", expecting: "obeyed")
        let obeyed = try heir.outcome(of: heir.next())
        try trial.check(obeyed.isApplied, "\(obeyed)")
        trial.step("a command from the connection of before", expecting: "error busy")
        let late = try commander.outcome(of: heir.next())
        try trial.check(late.isRefused(.busy), "\(late)")
    }
}
