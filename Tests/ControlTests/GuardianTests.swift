import Embodiment
import Platform
import Testing

@testable import Control

@Suite("Guardian")
struct GuardianTests {
    @Test("A start needs fresh samples for a second, and speed rises over another")
    func start() {
        var loop = LiveLoop(isStarted: false)
        loop.run(seconds: 0.9)
        #expect(loop.state == .standby)
        #expect(loop.ask { .start(challenge: $0) } == .notReady)
        loop.run(seconds: 0.15)
        #expect(loop.state == .ready)
        loop.controller.goHome()
        loop.controller.begin(step: Action([1, 0]))
        loop.run(ticks: 5)
        #expect(loop.controller.isAtRest, "ready is not moving")
        #expect(loop.ask { .start(challenge: $0) } == .accepted)
        for tick in 1...100 {
            if tick % 20 == 1 { loop.controller.begin(step: Action([1, 0])) }
            loop.tick()
            let share = Double(tick) / 100
            #expect(abs(loop.report.command.velocity[0]) <= 0.4 * share + 1e-9)
        }
        #expect(abs(loop.report.command.velocity[0]) > 0.1)
    }

    @Test("Nobody but a session or an operator starts, and silence undoes readiness")
    func whoStarts() {
        var loop = LiveLoop(isStarted: false)
        loop.run(seconds: 1.05)
        for party in [Party.automatic, .peer] {
            #expect(
                loop.controller.answer(
                    .start(challenge: loop.machine.challenge), by: party, at: loop.time)
                    == .notAllowed)
        }
        for _ in 0..<8 { loop.tick(lost: true) }
        #expect(loop.state == .standby)
        loop.run(seconds: 0.9)
        #expect(loop.state == .standby)
    }

    @Test("A stop by any party acts in the next tick, in every state", arguments: Party.allCases)
    func stop(party: Party) {
        var moving = LiveLoop()
        moving.move(30)
        var held = LiveLoop()
        held.move(10)
        _ = held.controller.answer(.hold, by: .peer, at: held.time)
        var ready = LiveLoop(isStarted: false)
        ready.run(seconds: 1.05)
        let standby = LiveLoop(isStarted: false)
        for start in [moving, held, ready, standby] {
            var loop = start
            let before = loop.controller.isReady ? loop.report.command.velocity[0] : 0
            #expect(loop.controller.answer(.stop, by: party, at: loop.time) == .accepted)
            loop.tick()
            #expect(loop.state == .protectiveStop && loop.verdict.cause == .operatorStop)
            #expect(abs(loop.report.command.velocity[0]) <= abs(before))
            loop.run(seconds: 0.3)
            #expect(loop.controller.isAtRest)
            #expect(loop.controller.guardian.stops == 1)
        }
    }

    @Test("After an acknowledgement the robot is held in a new epoch and moves only after a start")
    func acknowledge() {
        var loop = LiveLoop()
        loop.move(30)
        loop.controller.stop(.operatorStop)
        loop.tick()
        #expect(loop.acknowledge() == .causeRemains)
        loop.run(seconds: 0.5)
        #expect(loop.acknowledge() == .causeRemains)
        loop.run(seconds: 0.6)
        #expect(loop.ask { .acknowledge(.tracking, challenge: $0) } == .wrongCause)
        #expect(loop.ask { .acknowledge(.operatorStop, challenge: $0 &- 1) } == .stale)
        for party in [Party.automatic, .session, .peer] {
            let asked = SafetyRequest.acknowledge(
                .operatorStop, challenge: loop.machine.challenge)
            #expect(loop.controller.answer(asked, by: party, at: loop.time) == .notAllowed)
        }
        #expect(loop.acknowledge() == .accepted)
        #expect(!loop.controller.isReady, "no command belongs to the old epoch any more")
        let sent = loop.report.command.sequence
        loop.run(seconds: 0.1)
        #expect(loop.report.command.sequence == sent)
        // Somebody has moved the arm by hand meanwhile.
        loop.pose[0] = -0.123
        loop.beginEpoch()
        loop.tick { $0.epoch = 1 }
        #expect(!loop.controller.isReady, "a sample of the old epoch says nothing")
        loop.tick()
        #expect(loop.report.command.epoch == 2 && loop.report.command.sequence == 1)
        #expect(loop.report.command.position[0] == -0.123)
        #expect(loop.report.command.velocity[0] == 0)
        loop.controller.goHome()
        loop.run(seconds: 1.1)
        #expect(loop.state == .ready && loop.controller.isAtRest)
        let asked = SafetyRequest.start(challenge: loop.machine.challenge)
        #expect(loop.controller.answer(asked, by: .session, at: loop.time) == .notAllowed)
        #expect(loop.ask { .start(challenge: $0) } == .accepted)
        loop.controller.goHome()
        loop.run(seconds: 3)
        #expect(loop.controller.isHome && loop.verdict.cause == .none)
    }

    @Test("A start more than 30 s after the acknowledgement does not count")
    func lateStart() {
        var loop = LiveLoop()
        loop.controller.stop(.operatorStop)
        loop.run(seconds: 1.1)
        #expect(loop.acknowledge() == .accepted)
        loop.beginEpoch()
        loop.run(seconds: 29.9)
        #expect(loop.state == .ready)
        loop.run(seconds: 0.2)
        #expect(loop.state == .protectiveStop && loop.verdict.cause == .operatorStop)
        #expect(loop.ask { .start(challenge: $0) } == .wrongState)
        #expect(loop.acknowledge() == .accepted)
    }

    @Test("An operator's hold lasts until an operator's start, a fault's hold ends by itself")
    func holds() {
        var loop = LiveLoop()
        loop.move(30)
        _ = loop.controller.answer(.hold, by: .peer, at: loop.time)
        loop.run(seconds: 15)
        #expect(loop.state == .hold && loop.verdict.cause == .holdRequested)
        #expect(loop.ask { .start(challenge: $0) } == .accepted)
        #expect(loop.state == .active)
        for _ in 0..<8 { loop.tick(lost: true) }
        #expect(loop.state == .hold)
        #expect(loop.ask { .start(challenge: $0) } == .wrongState)
        loop.run(seconds: 0.4)
        #expect(loop.state == .active && loop.controller.guardian.holds == 2)
    }

    /// Samples are lost for longer than the hold budget of 50 ms.
    private func loseSamples(_ loop: inout LiveLoop) {
        for _ in 0..<8 { loop.tick(lost: true) }
    }

    /// Held as often as a minute allows, and once more.
    private func heldTooOften() -> LiveLoop {
        var loop = LiveLoop()
        for _ in 0..<3 {
            loseSamples(&loop)
            #expect(loop.state == .hold)
            loop.run(seconds: 1)
            #expect(loop.state == .active)
        }
        loseSamples(&loop)
        return loop
    }

    @Test("Three holds resume within a minute, the fourth is a stop")
    func resumeBudget() {
        let loop = heldTooOften()
        #expect(loop.state == .protectiveStop && loop.verdict.cause == .resumeBudget)
        let line = loop.verdict.line(for: Fixture.robot())
        #expect(line.hasSuffix("3 times, limit 3 times, for 60 s"), "\(line)")
    }

    @Test("Once a person has looked, the next short hold is a hold again and ends by itself")
    func freshBudget() {
        var loop = heldTooOften()
        loop.run(seconds: 2)
        #expect(loop.acknowledge() == .accepted)
        loop.beginEpoch()
        loop.run(seconds: 1.1)
        #expect(loop.ask { .start(challenge: $0) } == .accepted)
        loop.run(seconds: 1.1)
        loseSamples(&loop)
        #expect(loop.state == .hold)
        loop.run(seconds: 1)
        #expect(loop.state == .active)
    }

    @Test("A hold that does not end by itself in 10 s is a stop")
    func longHold() {
        var loop = LiveLoop()
        // Every 200 ms some samples are missing: nothing is clear for long enough to go on.
        for _ in 0..<55 {
            loop.sequence += 5
            loop.run(seconds: 0.2)
        }
        #expect(loop.state == .protectiveStop && loop.verdict.cause == .holdTooLong)
    }

    @Test("Buttons act when they go down; a stuck button starts nothing and stop holds")
    func buttons() {
        var loop = LiveLoop()
        loop.move(30)
        loop.buttons = .stop
        loop.tick()
        #expect(loop.state == .protectiveStop && loop.verdict.cause == .operatorStop)
        loop.run(seconds: 1.5)
        #expect(loop.acknowledge() == .causeRemains, "still pressed")
        loop.buttons = []
        loop.run(seconds: 1.5)
        loop.buttons = [.acknowledge, .start]
        loop.tick()
        #expect(loop.state == .standby && !loop.controller.isReady)
        loop.beginEpoch()
        loop.run(seconds: 1.5)
        #expect(loop.state == .ready, "start was down all the time")
        loop.buttons = []
        loop.run(ticks: 2)
        loop.buttons = .start
        loop.tick()
        #expect(loop.state == .active)
        loop.buttons = []
        loop.run(ticks: 2)
        loop.buttons = .hold
        loop.tick()
        #expect(loop.state == .hold && loop.verdict.cause == .holdRequested)
    }

    @Test("A robot outside its limits is stopped, and comes back slowly when it is asked to")
    func recovery() {
        var loop = LiveLoop(isStarted: false)
        loop.pose[0] = 0.35
        loop.run(seconds: 1.1)
        #expect(loop.state == .protectiveStop && loop.verdict.cause == .outOfLimits)
        #expect(loop.verdict.value == 0.35 && loop.verdict.limit == 0.3)
        #expect(loop.ask { .recover(challenge: $0) } == .wrongState)
        loop.run(seconds: 1.1)
        #expect(loop.acknowledge() == .accepted)
        loop.beginEpoch()
        loop.run(seconds: 1.1)
        #expect(loop.state == .standby, "outside is never ready")
        #expect(loop.report.command.position[0] == 0.35, "and held where it is")
        let asked = SafetyRequest.recover(challenge: loop.machine.challenge)
        #expect(loop.controller.answer(asked, by: .session, at: loop.time) == .notAllowed)
        #expect(loop.ask { .recover(challenge: $0) } == .accepted)
        var last = loop.report.command
        for _ in 0..<200 where loop.state == .recovery {
            loop.tick()
            let command = loop.report.command
            #expect(command.position[0] <= last.position[0], "inward only")
            #expect(abs(command.velocity[0]) <= 0.05 + 1e-12)
            #expect(abs(command.velocity[0] - last.velocity[0]) <= 0.04 + 1e-12)
            last = command
        }
        #expect(last.position[0] < 0.31)
        loop.run(seconds: 1.1)
        #expect(loop.state == .ready && loop.controller.isAtRest)
        #expect(loop.ask { .start(challenge: $0) } == .accepted)
        loop.controller.goHome()
        loop.run(seconds: 3)
        #expect(loop.controller.isHome)
    }

    /// Something goes wrong for a moment: what is found, and what the robot does.
    private func expect(
        _ cause: StopCause, _ state: SafetyState, _ change: (inout LiveLoop) -> Void
    ) {
        var loop = LiveLoop()
        loop.move(30)
        change(&loop)
        #expect(loop.verdict.cause == cause)
        #expect(loop.state == state)
        let line = loop.verdict.line(for: Fixture.robot())
        #expect(line.hasPrefix("cause \(cause.rawValue): \(cause.explanation)"), "\(line)")
    }

    @Test("Every detector has a cause of its own")
    func causes() {
        expect(.tickLate, .hold) { $0.tick(late: 25) }
        expect(.tickGap, .protectiveStop) { $0.tick(late: 55) }
        expect(.suspended, .protectiveStop) {
            $0.suspended += .milliseconds(11)
            $0.tick()
        }
        expect(.clockRegression, .fault) {
            $0.time = $0.time.advanced(byNanoseconds: -15_000_000)
            $0.tick()
        }
        expect(.bridgeClock, .protectiveStop) {
            $0.clockOffset = 1_000_000_000
            $0.tick()
        }
        expect(.bridgeClock, .protectiveStop) {
            $0.clockOffset = -1_000_000_000
            $0.tick()
        }
        expect(.observationLate, .hold) { loop in
            for delay in 1...8 as ClosedRange<UInt64> {
                loop.tick { $0.captureNanoseconds -= delay * 8_000_000 }
            }
        }
        expect(.sequenceGap, .hold) {
            $0.sequence += 4
            $0.tick()
        }
        expect(.encoderJump, .protectiveStop) { loop in
            loop.tick { $0.position[0] += 0.02 }
            loop.tick()
        }
        expect(.valueTooLarge, .protectiveStop) { loop in
            loop.tick { $0.features[0] = 2e6 }
            loop.tick()
        }
        expect(.bridgeReboot, .protectiveStop) { $0.tick { $0.bootID = 9 } }
        expect(.sensorFrozen, .protectiveStop) { loop in
            let pose = loop.pose
            loop.move(60, leg: 60, action: 0.4) { $0.position = pose }
        }
        expect(.tracking, .protectiveStop) { loop in
            let pose = loop.pose[0]
            loop.move(60, leg: 60) { $0.position[0] = pose + 1e-9 * Double($0.sequence % 2) }
        }
    }

    @Test("Features that stand still hold the robot where the file says that they may not")
    func camera() {
        var robot = Fixture.robot()
        robot.timing.cameraHoldSeconds = 0.4
        var loop = LiveLoop(robot: robot)
        loop.move(60, leg: 30) { $0.features[0] = Float($0.sequence % 7) }
        #expect(loop.state == .active)
        loop.move(60, leg: 60)
        #expect(loop.state == .hold && loop.verdict.cause == .cameraFrozen)
        var careless = LiveLoop()
        careless.move(240, leg: 80)
        #expect(careless.state == .active)
    }

    @Test("A healthy robot at rest and in motion is never stopped or held")
    func healthy() {
        var loop = LiveLoop()
        for _ in 0..<5 {
            loop.move(400)
            loop.controller.hold()
            loop.run(seconds: 3)
        }
        #expect(loop.state == .active)
        #expect(loop.controller.guardian.stops == 0 && loop.controller.guardian.holds == 0)
    }

    @Test("The guardian's test of itself passes, and without it nothing starts")
    func selfTest() {
        #expect(SelfTest.passes(Fixture.robot()))
        // With a limit of jerk what was speeding up goes on to do so for a moment.
        var smooth = Fixture.robot()
        smooth.axes[0].limits.jerk = 60
        #expect(SelfTest.passes(smooth))
        let controller = Controller(robot: Fixture.robot(), watchesClocks: true)
        controller.prepare(session: 1, epoch: 1, isTested: false)
        #expect(controller.guardian.machine.state == .fault)
        #expect(controller.guardian.latched.cause == .selfTest)
    }
}
