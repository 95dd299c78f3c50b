import Embodiment
import Platform
import Testing

@testable import Control

@Suite("A machine that was suspended")
struct SuspensionTests {
    /// Suspended in the middle of a motion, between two ticks that are on time.
    private func suspended(for duration: Duration) -> LiveLoop {
        var loop = LiveLoop()
        loop.move(30)
        #expect(abs(loop.report.command.velocity[0]) > 0.1)
        loop.suspended += duration
        return loop
    }

    @Test(
        "Stops the robot at once where it stands, although nothing looks late, and says for how long"
    )
    func stops() {
        var loop = suspended(for: .seconds(2 * 3600 + 3 * 60))
        let place = loop.report.command.position
        loop.tick()
        #expect(loop.state == .protectiveStop && loop.verdict.cause == .suspended)
        let line = loop.verdict.line(for: Fixture.robot())
        #expect(
            line == "cause 35: this machine was suspended while a robot was connected: 2 h 3 min")
        // The drives have braked hours ago: nothing is left of the motion.
        loop.run(seconds: 3)
        #expect(loop.report.command.position == place && loop.controller.isAtRest)
        #expect(loop.controller.guardian.stops == 1)
    }

    @Test("Needs a person: a session's start does nothing, an acknowledgement and a start do")
    func needsOperator() {
        var loop = suspended(for: .seconds(60))
        loop.tick()
        loop.run(seconds: 2)
        let challenge = loop.machine.challenge
        #expect(
            loop.controller.answer(.start(challenge: challenge), by: .session, at: loop.time)
                != .accepted)
        #expect(loop.ask { .start(challenge: $0) } == .wrongState)
        #expect(loop.acknowledge() == .accepted)
        loop.beginEpoch()
        loop.run(seconds: 1.1)
        let next = loop.machine.challenge
        #expect(
            loop.controller.answer(.start(challenge: next), by: .session, at: loop.time)
                == .notAllowed)
        #expect(loop.ask { .start(challenge: $0) } == .accepted)
        loop.run(seconds: 1.1)
        loop.move(30)
        #expect(loop.state == .active && abs(loop.report.command.velocity[0]) > 0.1)
    }

    @Test("Is found in every state, also between an acknowledgement and the start")
    func everywhere() {
        var waiting = LiveLoop(isStarted: false)
        waiting.run(seconds: 1.1)
        #expect(waiting.state == .ready)
        waiting.suspended += .seconds(1)
        waiting.tick()
        #expect(waiting.state == .protectiveStop && waiting.verdict.cause == .suspended)

        var loop = suspended(for: .seconds(60))
        loop.run(seconds: 2)
        #expect(loop.acknowledge() == .accepted)
        loop.suspended += .seconds(60)
        loop.beginEpoch()
        loop.run(seconds: 1.1)
        #expect(loop.state == .protectiveStop && loop.verdict.cause == .suspended)
    }

    @Test(
        "Shorter than a command is valid it brakes within the limits",
        arguments: [11, 20, 49] as [Int64])
    func short(milliseconds: Int64) {
        var loop = suspended(for: .milliseconds(milliseconds))
        let robot = Fixture.robot()
        var last = abs(loop.report.command.velocity[0])
        loop.tick()
        #expect(loop.verdict.cause == .suspended && last > 0.1)
        while !loop.controller.isAtRest {
            let speed = abs(loop.report.command.velocity[0])
            let most = robot.axes[0].limits.acceleration * robot.tickSeconds
            #expect(speed < last && last - speed <= most + 1e-9)
            last = speed
            loop.tick()
        }
    }

    @Test("Readings that tremble are no suspension, and in lockstep there is none")
    func trembling() {
        var loop = suspended(for: .zero)
        for tick in 0..<200 as Range<Int64> {
            loop.suspended = .seconds(17) + .milliseconds(tick % 2 * 9)
            loop.tick()
        }
        #expect(loop.verdict.cause == .none && loop.controller.guardian.stops == 0)
        let lockstep = Controller(robot: Fixture.robot())
        lockstep.take(suspended: .zero)
        lockstep.take(suspended: .seconds(3600))
        #expect(!lockstep.guardian.machine.state.isLatched)
    }
}
