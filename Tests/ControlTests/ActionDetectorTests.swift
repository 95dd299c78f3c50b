import Embodiment
import Platform
import Testing

@testable import Control

@Suite("Detectors of what is asked and what is done")
struct ActionDetectorTests {
    private let robot = Fixture.robot()

    @Test("A window's share is exact up to twenty steps, and nothing until it is full")
    func window() {
        for steps in [1, 2, 7, 20] {
            var window = ShareWindow(steps: steps)
            var history: [Int] = []
            for index in 0..<100 {
                let hit = index * 7919 % 3 == 0 ? 1 : 0
                window.take(hit, of: 1)
                history.append(hit)
                let expected =
                    history.count < steps
                    ? 0 : Double(history.suffix(steps).reduce(0, +)) / Double(steps)
                #expect(window.share == expected, "\(steps) steps, after \(index)")
            }
            window.restart()
            #expect(window.share == 0)
        }
    }

    @Test("A long window forgets in twentieths")
    func longWindow() {
        var window = ShareWindow(steps: 200)
        for _ in 0..<200 { window.take(2, of: 2) }
        #expect(window.share == 1)
        for _ in 0..<190 { window.take(0, of: 2) }
        #expect(window.share > 0 && window.share <= 0.1)
        for _ in 0..<10 { window.take(0, of: 2) }
        #expect(window.share == 0)
    }

    @Test("What limits cut counts from a tenth of the action box on, and beyond the box too")
    func clamp() {
        func share(cut: Double, action: Double = 0) -> Double {
            var watch = ActionWatch(robot: robot, seconds: 2)
            for _ in 0..<10 {
                watch.take(
                    Action([action, 0]), wish: AxisVector([0.1, 1]),
                    target: AxisVector([0.1 - cut, 1]), robot: robot)
            }
            return watch.clampShare
        }
        // The box of x is 0.1 m wide; the other axis is never cut.
        #expect(share(cut: 0.0099) == 0 && share(cut: 0.0101) == 0.5)
        #expect(share(cut: -0.0101) == 0.5)
        #expect(share(cut: 0, action: 1.19) == 0 && share(cut: 0, action: -1.21) == 0.5)
    }

    @Test("Turning round counts only far out, and only from one step to the next")
    func chatter() {
        func share(_ actions: [Double]) -> Double {
            var watch = ActionWatch(robot: robot, seconds: 2)
            for index in 0...10 {
                let action = Action([0, actions[index % actions.count]])
                let asked = AxisVector(action.values)
                watch.take(action, wish: asked, target: asked, robot: robot)
            }
            let found = watch.chatter(over: 0)
            #expect(found == nil || found?.axis == 1)
            return found?.share ?? 0
        }
        #expect(share([1, -1]) == 1 && share([0.5, -0.5]) == 1)
        #expect(share([1, -0.49]) == 0 && share([1]) == 0)
        #expect(share([1, 0, -1, 0]) == 0, "through the middle")
        #expect(share([1, 1, -1, -1]) == 0.5)
    }

    @Test("A window begins anew with the next motion")
    func restart() {
        var watch = ActionWatch(robot: robot, seconds: 2)
        for index in 0..<20 {
            let action = Action([index % 2 == 0 ? 1 : -1, 0])
            watch.take(
                action, wish: AxisVector([1, 0]), target: AxisVector([0, 0]), robot: robot)
        }
        #expect(watch.clampShare == 0.5 && watch.chatter(over: 0.8) != nil)
        watch.restart()
        #expect(watch.clampShare == 0 && watch.chatter(over: 0) == nil)
    }

    @Test("Acknowledgements are late against the best of the epoch, however long its pipeline")
    func lag() {
        var lag = AcknowledgementLag()
        lag.take(acknowledged: 0, sent: 40, limit: 3)
        #expect(lag.samples == 0, "nothing has arrived")
        for sent in 41...60 as ClosedRange<UInt64> {
            lag.take(acknowledged: sent - 5, sent: sent, limit: 3)
            #expect(lag.commands == 0, "a long pipeline is no lag")
        }
        for (index, sent) in (61...70 as ClosedRange<UInt64>).enumerated() {
            lag.take(acknowledged: 55, sent: sent, limit: 3)
            #expect(lag.commands == UInt64(index + 1))
            #expect(lag.samples == max(0, index - 2))
        }
        lag.take(acknowledged: 70, sent: 73, limit: 3)
        #expect(lag.commands == 0 && lag.samples == 0)
        lag.take(acknowledged: 70, sent: 75, limit: 3)
        #expect(lag.commands == 2, "the best has become better")
        lag.take(acknowledged: 80, sent: 75, limit: 3)
        #expect(lag.samples == 0 && lag.silentSamples == 1, "it was never sent")
    }

    @Test("A bridge that has acknowledged nothing is silent once more than the limit was sent")
    func silence() {
        var lag = AcknowledgementLag()
        for sent in 0...3 as ClosedRange<UInt64> {
            lag.take(acknowledged: 0, sent: sent, limit: 3)
            #expect(lag.silentSamples == 0, "the first is on its way")
        }
        for sent in 4...30 as ClosedRange<UInt64> {
            // None, and one of another epoch whose commands were more.
            lag.take(acknowledged: sent % 2 == 0 ? 0 : 1000, sent: sent, limit: 3)
            #expect(lag.silentSamples == Int(sent) - 3 && lag.commands == sent)
        }
        lag.take(acknowledged: 26, sent: 31, limit: 3)
        #expect(lag.silentSamples == 0 && lag.commands == 0, "its pipeline is five commands")
    }

    @Test("A bridge that never acknowledges is held before it moves the robot, and stopped at last")
    func neverAcknowledged() {
        var loop = LiveLoop(isStarted: false)
        loop.run(seconds: 1.1) { $0.acknowledgedCommand = 0 }
        #expect(loop.ask { .start(challenge: $0) } == .accepted)
        loop.controller.goHome()
        loop.run(ticks: 2) { $0.acknowledgedCommand = 0 }
        #expect(loop.state == .hold && loop.verdict.cause == .acknowledgementLag)
        #expect(loop.controller.isAtRest)
        let line = loop.verdict.line(for: robot)
        #expect(line.contains("commands, limit 3 commands, for 1.0"), "\(line)")
        loop.run(seconds: 10.1) { $0.acknowledgedCommand = 0 }
        #expect(loop.state == .protectiveStop && loop.verdict.cause == .holdTooLong)
    }

    @Test("A first acknowledgement may take as long as the stop budget")
    func slowFirstAcknowledgement() {
        for (ticks, isHeld) in [(24, false), (29, true)] {
            var loop = LiveLoop()
            loop.beginEpoch()
            // Where nobody starts it the robot is not judged: it is commanded to stay.
            loop.run(ticks: ticks) { $0.acknowledgedCommand = 0 }
            loop.run(seconds: 1.1)
            #expect(loop.controller.guardian.holds == 0)
            var moving = LiveLoop()
            moving.run(ticks: ticks) { $0.acknowledgedCommand = 0 }
            #expect((moving.state == .hold) == isHeld, "\(ticks) ticks")
        }
    }

    @Test("Damaged frames count while no good one comes between them")
    func damage() {
        var streak = DamageStreak()
        for count in 1...5 {
            streak.note()
            #expect(streak.inRow == count)
        }
        streak.end()
        #expect(streak.inRow == 0)
        streak.note()
        streak.note()
        #expect(streak.inRow == 2)
    }

    /// A robot braking from full speed on x, its measured way a multiple of the command's and its lag.
    private func braking(_ factor: Double, lag: Double, speed: Double = 0.4) -> Int? {
        var watch = BrakeWatch()
        var (position, velocity) = (0.0, speed)
        let start = -lag * (speed < 0 ? -1 : 1)
        for tick in 0..<100 {
            let measured = start + factor * (position - start) * (tick == 0 ? 0 : 1)
            let found = watch.take(
                isBraking: true, measured: AxisVector([tick == 0 ? start : measured, 1]),
                command: AxisVector([position, 1]), velocity: AxisVector([velocity, 0]),
                factor: 1.3, robot: robot,
                now: MonotonicTime(nanoseconds: UInt64(tick) * 10_000_000))
            if let found {
                #expect(found.axis == 0 && found.way > found.limit)
                return tick
            }
            let step = min(0.04, abs(velocity))
            velocity -= velocity < 0 ? -step : step
            position += velocity * 0.01
        }
        return nil
    }

    @Test("A robot that follows at any lag brakes as it should; one that goes on is found in time")
    func ramp() {
        for speed in [0.4, -0.4] {
            for lag in [0.0, 0.01, 0.025] {
                #expect(braking(1, lag: lag, speed: speed) == nil)
                #expect(braking(1.29, lag: lag, speed: speed) == nil)
                // 8.3 mm are forgiven, a sixth of the tracking error: twice the way is beyond it.
                #expect(braking(2, lag: lag, speed: speed) != nil, "\(lag) m, \(speed) m/s")
            }
        }
    }

    @Test("Nothing is found at rest, on axes that need not follow, nor long after the rest")
    func noRamp() {
        var watch = BrakeWatch()
        func take(_ tick: UInt64, _ x: Double, gripper: Double, _ velocity: AxisVector)
            -> BrakeWatch.Finding?
        {
            watch.take(
                isBraking: true, measured: AxisVector([x, gripper]), command: AxisVector([0, 0]),
                velocity: velocity, factor: 1.3, robot: robot,
                now: MonotonicTime(nanoseconds: tick * 10_000_000))
        }
        #expect(take(0, 0, gripper: 0, AxisVector([0, 1])) == nil)
        #expect(take(1, 0.2, gripper: 1, AxisVector([0, 0])) == nil, "x did not brake")
        watch = BrakeWatch()
        #expect(take(0, 0, gripper: 0, AxisVector([0.4, 0])) == nil)
        for tick in 1...60 as ClosedRange<UInt64> {
            #expect(take(tick, 0, gripper: 0, AxisVector([0, 0])) == nil)
        }
        #expect(take(61, 0.2, gripper: 0, AxisVector([0, 0])) == nil, "moved by hand")
    }

    // MARK: Through the controller

    @Test("Each has a cause of its own, and says value, limit and age in one line")
    func causes() {
        func run(_ change: (inout LiveLoop) -> Void) -> (LiveLoop, String) {
            var loop = LiveLoop()
            loop.move(30)
            change(&loop)
            return (loop, loop.verdict.line(for: robot))
        }
        let (slow, slowLine) = run { loop in
            loop.run(seconds: 0.2) { $0.acknowledgedCommand -= 2 }
            loop.run(seconds: 0.2) { $0.acknowledgedCommand -= 6 }
        }
        #expect(slow.state == .hold && slow.verdict.cause == .acknowledgementLag)
        #expect(slowLine.hasSuffix("6 commands, limit 3 commands, for 60 ms"), "\(slowLine)")

        let (damaged, damagedLine) = run { loop in
            for _ in 0..<2 { loop.controller.noteDamagedFrame() }
            #expect(loop.state == .active)
            loop.controller.noteDamagedFrame()
        }
        #expect(damaged.state == .hold && damaged.verdict.cause == .damagedFrames)
        #expect(damagedLine.hasSuffix("3 frames, limit 3 frames, for 30 ms"), "\(damagedLine)")

        let (chatter, chatterLine) = run { $0.move(190, leg: 20) }
        #expect(chatter.state == .hold && chatter.verdict.cause == .chatter)
        #expect(chatterLine.hasSuffix("axis x, 90 %, limit 80 %, for 2 s"), "\(chatterLine)")

        let (weak, weakLine) = run { loop in
            var measured = loop.pose[0]
            _ = loop.controller.answer(.hold, by: .peer, at: loop.time)
            loop.run(seconds: 0.4) {
                measured += 0.0025
                $0.position[0] = measured
            }
        }
        #expect(weak.state == .fault && weak.verdict.cause == .brakeRamp)
        #expect(weakLine.contains("axis x, 0.0") && weakLine.contains(" m, for "), "\(weakLine)")
    }

    @Test("A policy that asks for what it cannot have is held, goes on, and is stopped at last")
    func saturated() {
        var robot = robot
        // Only the first axis can be cut here: a share of a half.
        robot.timing.clampShare = 0.4
        var loop = LiveLoop(robot: robot)
        var ticks = 0
        var told = 0.0
        while loop.state == .active, ticks < 1000 {
            told = loop.controller.guardian.clampShare
            if ticks % 20 == 0 { loop.controller.begin(step: Action([1, 1])) }
            loop.tick()
            ticks += 1
            #expect(loop.report.command.position[0] <= 0.3)
        }
        #expect(loop.state == .hold && loop.verdict.cause == .clampShare)
        #expect(loop.verdict.line(for: robot).hasSuffix("45 %, limit 40 %, for 2 s"))
        // A person is told of less than what it is held for, and of nothing once it is held.
        #expect(told > DetectionLimits.clampWarning && told <= 0.4)
        #expect(loop.controller.guardian.clampShare == 0)
        // Six steps to the edge; then nine of ten are cut.
        #expect(ticks > 200 && ticks < 400)
        // It gets another go, as often as the budget lasts.
        loop.run(seconds: 0.3)
        #expect(loop.state == .active)
        for tick in 0..<2000 {
            if tick % 20 == 0 { loop.controller.begin(step: Action([1, 1])) }
            loop.tick()
        }
        #expect(loop.state == .protectiveStop && loop.verdict.cause == .resumeBudget)
        #expect(loop.controller.guardian.holds == 3)
    }

    @Test("In lockstep a policy may ask for what it likes")
    func lockstep() {
        var loop = Loop()
        for step in 0..<40 {
            loop.controller.begin(step: loop.action(step < 20 ? 1 : step % 2 == 0 ? 1 : -1, 1))
            for _ in 0..<20 { loop.tick() }
        }
        #expect(loop.controller.guardian.holds == 0)
        #expect(loop.controller.guardian.clampShare == 0)
    }

    @Test("A stop whose cause is a measurement that cannot be believed is no weak brake")
    func noBelief() {
        for cause in StopCause.allCases where cause.severity == .protectiveStop {
            var loop = LiveLoop()
            loop.move(30)
            loop.controller.stop(cause)
            var measured = loop.pose[0]
            loop.run(seconds: 0.4) {
                measured += 0.0025
                $0.position[0] = measured
            }
            #expect(
                (loop.state == .fault) == cause.leavesMeasurements,
                "\(cause): \(loop.verdict.cause)")
        }
    }

    @Test("Thresholds come from the robot's file where it has them, else from the specification")
    func limits() {
        var robot = robot
        let usual = DetectionLimits(robot: robot)
        #expect(usual.acknowledgementCommands == 3 && usual.damagedFrames == 3)
        #expect(usual.actionSeconds == 2 && usual.clampShare == 0.6)
        #expect(usual.chatterShare == 0.8 && usual.brakeFactor == 1.3)
        robot.timing.acknowledgementCommands = 4
        robot.timing.damagedFrames = 5
        robot.timing.actionSeconds = 6
        robot.timing.clampShare = 0.7
        robot.timing.chatterShare = 0.9
        robot.timing.brakeFactor = 1.5
        let own = DetectionLimits(robot: robot)
        #expect(own.acknowledgementCommands == 4 && own.damagedFrames == 5)
        #expect(own.actionSeconds == 6 && own.clampShare == 0.7)
        #expect(own.chatterShare == 0.9 && own.brakeFactor == 1.5)
    }
}
