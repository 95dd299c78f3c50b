import Bridge
import Embodiment
import Platform

/// What version 2 of the messages adds: numbers, and a robot that knows which it is.
extension BridgeExaminer {
    func testVersionOne(_ trial: inout DutyTrial) throws {
        let peer = try stranger()
        var hello = Hello(agent: "hone bridge-test")
        hello.newest = hello.oldest
        trial.step("hello of version 1, without a number", expecting: "describe of version 1")
        try peer.probe.send(.hello(hello))
        var answer = try peer.next { _ in true }
        guard case .describe(let found)? = answer?.message else {
            throw DutyTrial.Broken(came: BridgeMessage.text(answer?.message))
        }
        try trial.check(found.version == 1, "version \(found.version)")
        var same = found
        (same.version, same.robotID) = (description.version, description.robotID)
        same.cameras = description.cameras
        try trial.check(same == description, "another robot than in version \(description.version)")
        let session = UInt64.random(in: 1...UInt64.max)
        let requests: [(String, AgentMessage, BridgeMessage)] = [
            ("a start", .start(session: session, epoch: 1), .started(epoch: 1)),
            ("a stop", .stop(reason: "hone bridge-test"), .stopped),
            ("a release", .release(session: session, epoch: 1), .released),
        ]
        for (words, request, expected) in requests {
            trial.step(
                "\(words) without a number", expecting: "\(BridgeMessage.text(expected)), no number"
            )
            try peer.probe.send(request)
            answer = try peer.next { _ in true }
            try trial.check(answer?.message == expected, BridgeMessage.text(answer?.message))
            try trial.check(answer?.id == nil, "number \(answer?.id ?? 0)")
        }
        trial.summary = "described, started, stopped and released without numbers"
    }

    func testNumbers(_ trial: inout DutyTrial) throws {
        let peer = try peer()
        // Nothing of this needs a commander: each is refused, or means the same to anybody.
        let requests: [(String, AgentMessage)] = [
            ("a hello", .hello(Hello(agent: "hone bridge-test"))),
            ("a start of session 0", .start(session: 0, epoch: 1)),
            ("a release before any start", .release(session: 5, epoch: 1)),
            (
                "a reset before any start",
                .reset(
                    ResetRequest(
                        session: 5, epoch: 1, episode: 1, seed: 1, purpose: .evaluation,
                        wantsOperator: false))
            ), ("a stop", .stop(.test, reason: "hone bridge-test")),
        ]
        for (words, request) in requests {
            for id in [7, UInt32.max] {
                trial.step("\(words) with the number \(id)", expecting: "an answer with it")
                try peer.probe.send(request, id: id)
                try expect(id, peer, trial)
            }
        }
        trial.step("a stop that is nothing but that, with a number", expecting: "stopped, with it")
        try peer.probe.send(parts: [Array("{\"type\":\"stop\",\"id\":8}".utf8)])
        let stopped = try expect(8, peer, trial)
        try trial.check(stopped == .stopped, BridgeMessage.text(stopped))
        trial.step("a start without a session, with a number", expecting: "malformed, with it")
        try peer.probe.send(parts: [Array("{\"type\":\"start\",\"id\":9}".utf8)])
        let malformed = try expect(9, peer, trial)
        try trial.check(malformed.refusal == .malformed, BridgeMessage.text(malformed))
        trial.step("a command before any start", expecting: "error session, without a number")
        try peer.probe.send(peer.next { $0.session = 5 })
        let refused = try peer.next { _ in true }
        try trial.check(refused?.message.refusal == .session, BridgeMessage.text(refused?.message))
        try trial.check(refused?.id == nil, "number \(refused?.id ?? 0)")
        trial.summary = "\(requests.count * 2 + 2) answers with their numbers"
    }

    /// The next answer, which must carry this number.
    @discardableResult
    private func expect(
        _ id: UInt32, _ peer: ExaminerPeer, _ trial: DutyTrial
    ) throws -> BridgeMessage {
        guard let answer = try peer.next(where: { _ in true }) else {
            throw DutyTrial.Broken(came: "nothing")
        }
        try trial.check(
            answer.id == id,
            "\(BridgeMessage.text(answer.message)) with "
                + (answer.id.map { "the number \($0)" } ?? "no number"))
        return answer.message
    }

    func testAnswers(_ trial: inout DutyTrial) throws {
        let rounds = 4
        try commanding { peer in
            trial.step(
                description.isLockstep
                    ? "a reset, a stop, another reset and a hello, without waiting"
                    : "a release of another session, a stop, another such release and a hello, "
                        + "without waiting",
                expecting: "four answers, each with its own number, in whatever order")
            for round in 0..<rounds {
                var owed: [UInt32: Set<String>] = [:]
                func ask(_ message: AgentMessage, _ answers: Set<String>) throws {
                    owed[try peer.send(message)] = answers
                }
                for number in [UInt32(round * 2 + 1), UInt32(round * 2 + 2)] {
                    let (request, answers) = harmless(number, of: peer)
                    try ask(request, answers)
                    if owed.count == 1 {
                        try ask(.stop(.test, reason: "hone bridge-test"), ["stopped"])
                    }
                }
                try ask(.hello(Hello(agent: "hone bridge-test")), ["describe"])
                while !owed.isEmpty {
                    guard let (message, id) = try peer.next(where: { _ in true }) else {
                        throw DutyTrial.Broken(
                            came: "no answer to \(owed.count) of them, the numbers "
                                + owed.keys.sorted().map(String.init).joined(separator: ", "))
                    }
                    let kind = Self.kind(of: message)
                    let wanted = id.flatMap { owed.removeValue(forKey: $0) }
                    try trial.check(
                        wanted?.contains(kind) == true,
                        "\(kind) with " + (id.map { "the number \($0)" } ?? "no number")
                            + (wanted == nil ? ", which nobody waits for" : ""))
                }
                let surplus = try peer.next(within: .milliseconds(50)) { _ in true }
                try trial.check(
                    surplus == nil, "one answer more: \(BridgeMessage.text(surplus?.message))")
                try peer.startAnew()
            }
        }
        trial.summary = "\(rounds * 4) answers to \(rounds * 4) requests"
    }

    /// A request that may take its time and moves nothing, and what it may be answered with: a reset in
    /// lockstep, where the examiner resets anyway; in real time a robot might move for one.
    private func harmless(
        _ number: UInt32, of peer: ExaminerPeer
    ) -> (request: AgentMessage, answers: Set<String>) {
        guard description.isLockstep else {
            return (.release(session: peer.session ^ UInt64(number), epoch: peer.epoch), ["error"])
        }
        let reset = ResetRequest(
            session: peer.session, epoch: peer.epoch, episode: number, seed: 1,
            purpose: .evaluation, wantsOperator: false)
        return (.reset(reset), ["ready \(number)", "error"])
    }

    private static func kind(of message: BridgeMessage) -> String {
        switch message {
        case .describe: "describe"
        case .started: "started"
        case .ready(let episode, _): "ready \(episode)"
        case .stopped: "stopped"
        case .released: "released"
        case .error: "error"
        }
    }

    func testRobot(_ trial: inout DutyTrial) throws {
        let peer = try peer()
        let session = UInt64.random(in: 1...UInt64.max)
        trial.step("a start that means another robot", expecting: "error robot")
        let answer = try peer.ask(
            .start(session: session, epoch: 1, robot: description.robotID + "?"))
        if answer?.isStarted(in: 1) == true {
            // Give back what should not have been given.
            _ = try? peer.ask(.release(session: session, epoch: 1))
        }
        try trial.check(answer?.refusal == .robot, BridgeMessage.text(answer))
        trial.step("a start that names this robot", expecting: "started")
        try commanding { _ in }
        trial.summary = "another's refused, \(description.robotID) started"
    }
}
