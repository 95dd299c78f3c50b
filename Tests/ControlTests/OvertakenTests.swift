import Embodiment
import Platform
import Testing

@testable import Control

/// Samples that a newer one has overtaken before a tick could look.
@Suite("Overtaken samples")
struct OvertakenTests {
    /// A sample that comes next, and is overtaken.
    private func overtake(
        _ loop: inout LiveLoop, _ change: (inout SensorSample) -> Void
    ) {
        loop.sequence += 1
        let robot = loop.controller.robot
        var sample = SensorSample(axes: robot.axes.count, features: robot.features.count)
        (sample.session, sample.epoch, sample.bootID) = (1, loop.epoch, 7)
        (sample.sequence, sample.position) = (loop.sequence, loop.pose)
        sample.acknowledgedCommand = loop.report.command.sequence
        change(&sample)
        loop.controller.overtake(sample, at: loop.time)
    }

    @Test("A hold button that is down in one of them only is seen")
    func hold() {
        var loop = LiveLoop()
        loop.move(30)
        overtake(&loop) { $0.buttons = .hold }
        loop.tick()
        #expect(loop.state == .hold && loop.verdict.cause == .holdRequested)
    }

    @Test("A stop button is seen, too, in any of them")
    func stop() {
        for epoch in [1, 9] as [UInt32] {
            var loop = LiveLoop()
            loop.move(30)
            overtake(&loop) {
                $0.buttons = .stop
                $0.epoch = epoch
            }
            loop.tick()
            #expect(loop.state == .protectiveStop && loop.verdict.cause == .operatorStop)
        }
    }

    @Test(
        "A button that was down before is no act; one of another epoch or an older sample neither")
    func noAct() {
        var loop = LiveLoop()
        loop.buttons = .hold
        loop.tick()
        #expect(loop.state == .hold)
        let challenge = loop.machine.challenge
        loop.run(seconds: 0.6)
        #expect(
            loop.ask { .start(challenge: $0) } == .accepted
                && challenge == loop.machine.challenge - 1)
        overtake(&loop) { $0.buttons = .hold }
        loop.tick()
        #expect(loop.state == .active, "still down")
        var other = LiveLoop()
        overtake(&other) {
            $0.buttons = .hold
            $0.epoch = 9
        }
        overtake(&other) {
            $0.buttons = .hold
            $0.sequence = 3
        }
        other.tick()
        #expect(other.state == .active)
    }

    @Test("What they do not say is the newest's: they are no gap, and no measurement")
    func others() {
        var loop = LiveLoop()
        loop.move(30)
        let before = loop.controller.sample?.sequence
        for _ in 0..<3 { overtake(&loop) { $0.position[0] = 5 } }
        #expect(loop.controller.sample?.sequence == before)
        loop.sequence += 1
        var newest = SensorSample(axes: 2, features: 1)
        (newest.session, newest.epoch, newest.bootID) = (1, loop.epoch, 7)
        (newest.sequence, newest.position) = (loop.sequence, loop.pose)
        newest.acknowledgedCommand = loop.report.command.sequence
        newest.captureNanoseconds = loop.time.advanced(byNanoseconds: -1_000_000).nanoseconds
        loop.controller.receive(newest, at: loop.time, overtaken: 3)
        #expect(loop.state == .active, "\(loop.verdict)")
        #expect(loop.controller.sample?.sequence == newest.sequence)
    }
}
