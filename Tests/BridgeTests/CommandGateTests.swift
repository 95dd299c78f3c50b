import Embodiment
import Platform
import Testing

@testable import Bridge

@Suite("CommandGate")
struct CommandGateTests {
    let first = PeerID([0, 1, 2, 3, 4])
    let second = PeerID([0, 1, 2, 3, 5])

    func at(_ milliseconds: Double) -> MonotonicTime {
        MonotonicTime(nanoseconds: UInt64(milliseconds * 1e6))
    }

    func command(
        _ sequence: UInt64, session: UInt64 = 7, epoch: UInt32 = 2, sent: Double = 0
    ) -> Command {
        var command = Command(axes: 1)
        command.session = session
        command.epoch = epoch
        command.sequence = sequence
        command.validityMicroseconds = 50_000
        command.sendNanoseconds = UInt64(sent * 1e6)
        return command
    }

    @Test("lets nobody command before a start, and only the commander after")
    func commander() {
        var gate = CommandGate()
        #expect(gate.admit(command(1), from: first, now: at(0)) == .session)
        #expect(gate.start(session: 0, epoch: 2, from: first, now: at(0)) == .session)
        #expect(gate.start(session: 7, epoch: 2, from: first, now: at(0)) == nil)
        #expect(gate.start(session: 8, epoch: 9, from: second, now: at(10)) == .busy)
        #expect(gate.admit(command(1), from: second, now: at(10)) == .busy)
        #expect(gate.admit(command(1, session: 8), from: first, now: at(10)) == .session)
        #expect(gate.admit(command(1), from: first, now: at(10)) == nil)
        #expect(gate.check(session: 7, epoch: 2, from: first) == nil)
        #expect(gate.check(session: 7, epoch: 2, from: second) == .busy)
        #expect(gate.release(session: 8, epoch: 2, from: first) == .session)
        #expect(gate.release(session: 7, epoch: 2, from: second) == .busy)
        #expect(gate.release(session: 7, epoch: 1, from: first) == .epoch)
        #expect(gate.release(session: 7, epoch: 2, from: first) == nil)
        #expect(gate.admit(command(2), from: first, now: at(20)) == .session)
        #expect(gate.start(session: 8, epoch: 1, from: second, now: at(20)) == nil)
    }

    @Test("a session that commanded before comes back only with a higher epoch, 64 of them")
    func past() {
        var gate = CommandGate()
        for session in 1...70 as ClosedRange<UInt64> {
            #expect(gate.start(session: session, epoch: 3, from: first, now: at(0)) == nil)
            #expect(gate.release(session: session, epoch: 3, from: first) == nil)
        }
        for session in 7...70 as ClosedRange<UInt64> {
            for epoch in [0, 2, 3] as [UInt32] {
                #expect(
                    gate.start(session: session, epoch: epoch, from: second, now: at(1)) == .epoch)
            }
        }
        #expect(gate.commander == nil)
        #expect(gate.start(session: 70, epoch: 4, from: second, now: at(2)) == nil)
        // Replaced after its silence, it is of the past too.
        #expect(gate.start(session: 80, epoch: 1, from: first, now: at(5000)) == nil)
        #expect(gate.start(session: 70, epoch: 4, from: second, now: at(9000)) == .epoch)
        #expect(gate.start(session: 70, epoch: 5, from: second, now: at(9000)) == nil)
    }

    @Test("a command is not valid for a period that outlasts it")
    func wholePeriods() {
        var gate = CommandGate()
        #expect(gate.start(session: 7, epoch: 2, from: first, now: at(0)) == nil)
        #expect(gate.admit(command(1), from: first, now: at(0)) == nil)
        let period = Duration.milliseconds(10)
        #expect(gate.isCommandValid(now: at(39), for: period))
        #expect(!gate.isCommandValid(now: at(40), for: period))
        #expect(gate.isCommandValid(now: at(49)))
        #expect(!gate.isCommandValid(now: at(50)))
    }

    @Test(
        "takes a higher epoch of the same session, with its token from another peer, never a lower")
    func epochs() throws {
        var gate = CommandGate(schedule: .lockstep)
        #expect(gate.start(session: 7, epoch: 2, from: first, now: at(0)) == nil)
        #expect(gate.admit(command(5), from: first, now: at(0)) == nil)
        #expect(gate.start(session: 7, epoch: 1, from: first, now: at(0)) == .epoch)
        let token = try #require(gate.token)
        #expect(
            gate.start(session: 7, epoch: 2, token: token, from: second, now: at(0)) == .epoch)
        #expect(gate.start(session: 7, epoch: 3, token: token, from: second, now: at(0)) == nil)
        #expect(gate.token == token, "the same for as long as the session commands")
        #expect(gate.lastSequence == 0)
        #expect(gate.admit(command(6), from: second, now: at(0)) == .epoch)
        #expect(gate.admit(command(1, epoch: 4), from: second, now: at(0)) == .epoch)
        #expect(gate.admit(command(1, epoch: 3), from: second, now: at(0)) == nil)
    }

    @Test("a session's number and a higher epoch are no right: another peer needs the token")
    func stolenNumber() throws {
        for schedule in [.lockstep, .realtime(silence: .seconds(3))] as [CommandGate.Schedule] {
            var gate = CommandGate(schedule: schedule)
            #expect(gate.token == nil)
            #expect(gate.start(session: 7, epoch: 2, from: first, now: at(0)) == nil)
            let token = try #require(gate.token)
            for epoch in [0, 2, 3, .max] as [UInt32] {
                for guess in [nil, CommandToken.random()] {
                    let refusal = gate.start(
                        session: 7, epoch: epoch, token: guess, from: second, now: at(1))
                    #expect(refusal == .busy)
                }
            }
            #expect(gate.commander == first && gate.epoch == 2 && gate.token == token)
            #expect(gate.admit(command(1), from: first, now: at(2)) == nil)
            // The commander's own connection is right enough, for agents that know of no token.
            #expect(gate.start(session: 7, epoch: 3, from: first, now: at(3)) == nil)
            #expect(gate.token == token)
            #expect(gate.release(session: 7, epoch: 3, from: first) == nil)
            #expect(gate.token == nil)
            // A token that is over is that of no session any more.
            #expect(gate.start(session: 8, epoch: 1, from: first, now: at(4)) == nil)
            #expect(gate.token != token)
            for session in [7, 8] as [UInt64] {
                let refusal = gate.start(
                    session: session, epoch: 9, token: token, from: second, now: at(5))
                #expect(refusal == .busy)
            }
        }
    }

    @Test("takes each sequence once and in order")
    func sequences() {
        var gate = CommandGate(schedule: .lockstep)
        #expect(gate.start(session: 7, epoch: 2, from: first, now: at(0)) == nil)
        var last: UInt64 = 0
        for sequence: UInt64 in [0, 1, 1, 3, 2, 3, 4, .max, 5, .max] {
            let isLater = sequence > last
            let refusal = gate.admit(command(sequence), from: first, now: at(0))
            #expect(refusal == (isLater ? nil : .sequence))
            if isLater { last = sequence }
        }
    }

    @Test("refuses commands that lay on their way longer than they are valid, whatever the clocks")
    func expiry() {
        for shift in [0.0, 1e6, 3e9] {
            var gate = CommandGate()
            #expect(gate.start(session: 7, epoch: 2, from: first, now: at(1000)) == nil)
            // The agent's clock is `shift` ms ahead; the way takes 2 ms.
            #expect(gate.admit(command(1, sent: 1000 + shift), from: first, now: at(1002)) == nil)
            #expect(gate.admit(command(2, sent: 1010 + shift), from: first, now: at(1062)) == nil)
            #expect(
                gate.admit(command(3, sent: 1020 + shift), from: first, now: at(1072.2)) == .expired
            )
            #expect(gate.admit(command(4, sent: 1071 + shift), from: first, now: at(1073)) == nil)
            #expect(gate.lastSequence == 4)
        }
        var gate = CommandGate(schedule: .lockstep)
        #expect(gate.start(session: 7, epoch: 2, from: first, now: at(0)) == nil)
        var forNoTime = command(1)
        forNoTime.validityMicroseconds = 0
        #expect(gate.admit(forNoTime, from: first, now: at(0)) == .expired)
    }

    @Test("follows clocks that drift apart for an hour")
    func drift() {
        var gate = CommandGate()
        #expect(gate.start(session: 7, epoch: 2, from: first, now: at(0)) == nil)
        var refused = 0
        for second in 1...3600 {
            // 100 µs/s: 360 ms in all, far beyond the validity of 50 ms.
            let sent = Double(second) * 1000
            let arrived = at(sent * (1 + 1e-4) + 1)
            let next = command(UInt64(second), sent: sent)
            if gate.admit(next, from: first, now: arrived) != nil { refused += 1 }
        }
        #expect(refused == 0)
    }

    @Test("refuses what is late until the clocks could have drifted so far, however often it comes")
    func longerWay() {
        var gate = CommandGate()
        #expect(gate.start(session: 7, epoch: 2, from: first, now: at(0)) == nil)
        #expect(gate.admit(command(1, sent: 0), from: first, now: at(1)) == nil)
        // From here on the way takes 100 ms more, 50 ms more than a command is valid: for so much
        // the clocks need 250 s at 200 µs/s.
        var refused = 0
        while refused < 30_000 {
            let sent = Double(refused + 1) * 10
            let next = command(UInt64(refused + 2), sent: sent)
            if gate.admit(next, from: first, now: at(sent + 101)) == nil { break }
            refused += 1
        }
        #expect((24_900...25_100).contains(refused), "100 commands a second, \(refused) refused")
    }

    @Test("knows when to brake and when a silent commander may be replaced")
    func silence() {
        var gate = CommandGate()
        #expect(gate.start(session: 7, epoch: 2, from: first, now: at(0)) == nil)
        #expect(!gate.isCommandValid(now: at(0)))
        #expect(gate.admit(command(1), from: first, now: at(100)) == nil)
        #expect(gate.isCommandValid(now: at(149.9)))
        #expect(!gate.isCommandValid(now: at(150)))
        gate.heard(from: second, now: at(3000))
        #expect(gate.start(session: 8, epoch: 1, from: second, now: at(3099)) == .busy)
        #expect(gate.start(session: 8, epoch: 1, from: second, now: at(3100)) == nil)
        #expect(gate.admit(command(2), from: first, now: at(3101)) == .session)
        gate.forget()
        #expect(gate.start(session: 9, epoch: 1, from: first, now: at(3101)) == nil)
    }
}

extension PeerID {
    /// A name of the given bytes, which must be few enough.
    init(_ bytes: [UInt8]) {
        guard let peer = bytes.withUnsafeBytes({ PeerID($0) }) else {
            fatalError("a peer's name has 1…\(PeerID.longest) bytes")
        }
        self = peer
    }
}
