import Embodiment
import Testing

@testable import Simulation

/// Sends set-points on one axis to a drive, one a period.
private struct Sender {
    var drive: SimulatedDrive
    var sequence: UInt64 = 0
    var position = SimulatedAxes.home

    init() {
        drive = SimulatedDrive(
            limits: SimulatedAxes.limits, period: 0.01, home: SimulatedAxes.home,
            gripper: SimulatedAxes.gripper)
        drive.enable()
        move(by: 0)
        move(by: 0)
    }

    @discardableResult
    mutating func move(by step: Double, axis: Int = 0, skip: UInt64 = 0) -> LimitViolation? {
        var command = Command(axes: 7)
        sequence += 1 + skip
        position[axis] += step
        command.sequence = sequence
        command.position = position
        let violation = drive.obey(command)
        _ = drive.advance(isCommandValid: true)
        return violation
    }

    /// Accelerates gently to `speed` m/s.
    mutating func cruise(at speed: Double) {
        var step = 0.0
        while step < speed * 0.01 {
            step = min(speed * 0.01, step + 0.0005)
            move(by: step)
        }
    }
}

@Suite("The robot's own motion controller")
struct DriveTests {
    @Test("it integrates exactly what it is sent")
    func exact() {
        var sender = Sender()
        sender.cruise(at: 0.3)
        for _ in 0..<10 {
            sender.move(by: 0.003)
            #expect(sender.drive.setPoint == sender.position)
        }
        #expect(sender.drive.checker.violations == 0)
        #expect(sender.drive.stop == .none)
    }

    /// Cruises while no command comes for `pause` periods, `perPeriod` come at a time for `busy`
    /// periods, and then one a period again.
    ///
    /// - Returns: the fastest that set-point and arm went, m/s.
    private func fastest(
        pause: Int, perPeriod: Int, busy: Int
    ) throws -> (setPoint: Double, arm: Double) {
        var sender = Sender()
        sender.position[0] = 0.2
        sender.drive = SimulatedDrive(
            limits: SimulatedAxes.limits, period: 0.01, home: sender.position,
            gripper: SimulatedAxes.gripper)
        sender.drive.enable()
        let lab = SimulatedVariant.lab.conditions(for: .cupToRack)
        var arm = try #require(
            SimulatedArm(
                at: .init(sender.position), bandwidth: lab.jointBandwidth,
                gripperLag: lab.gripperLag, latencyTicks: lab.latencyTicks))
        var speeds = (setPoint: 0.0, arm: 0.0)
        var velocity = 0.0
        func period(_ drive: inout SimulatedDrive) {
            let before = (drive.setPoint[0], arm.pose.position.x)
            arm.advance(.init(drive.advance(isCommandValid: true)), seconds: 0.01)
            speeds.setPoint = max(speeds.setPoint, abs(drive.setPoint[0] - before.0) / 0.01)
            speeds.arm = max(speeds.arm, abs(arm.pose.position.x - before.1) / 0.01)
        }
        func send(_ sender: inout Sender) {
            velocity =
                sender.position[0] > 0.3 ? max(0, velocity - 0.04) : min(0.4, velocity + 0.04)
            var command = Command(axes: 7)
            sender.sequence += 1
            sender.position[0] += velocity * 0.01
            command.sequence = sender.sequence
            command.position = sender.position
            #expect(sender.drive.obey(command)?.isGross != true)
        }
        for _ in 0..<12 {
            send(&sender)
            period(&sender.drive)
        }
        for _ in 0..<pause { period(&sender.drive) }
        for _ in 0..<pause { send(&sender) }
        for _ in 0..<busy {
            for _ in 0..<perPeriod { send(&sender) }
            period(&sender.drive)
        }
        for _ in 0..<60 {
            send(&sender)
            period(&sender.drive)
        }
        #expect(sender.drive.setPoint[0] == sender.position[0], "it has caught up")
        return speeds
    }

    @Test("Commands that come late, or two at a time, make it no faster than its motors")
    func late() throws {
        for (pause, perPeriod, busy) in [(4, 1, 0), (8, 1, 0), (0, 2, 8), (3, 3, 4)] {
            let speeds = try fastest(pause: pause, perPeriod: perPeriod, busy: busy)
            let limit = SimulatedAxes.limits[0].velocity
            #expect(speeds.setPoint <= limit * 1.01 + 1e-9, "\(pause), \(perPeriod), \(busy)")
            // What the agent takes for a slipped encoder: 1.5 times its own limit of 0.4 m/s.
            #expect(speeds.arm < 0.6, "\(pause), \(perPeriod), \(busy): \(speeds)")
        }
    }

    @Test("speed, acceleration and range beyond the hardware's are counted, gross ones stop")
    func violations() {
        var sender = Sender()
        sender.cruise(at: 0.4)
        // 6 m/s² × 10 ms = 0.06 m/s a period: 0.07 is too hard, but not grossly.
        let hard = sender.move(by: 0.004 + 0.0007)
        #expect(hard?.quantity == .acceleration && hard?.isGross == false)
        #expect(sender.drive.stop == .none)

        var fast = Sender()
        fast.cruise(at: 0.499)
        let speed = fast.move(by: 0.0052)
        #expect(speed?.quantity == .velocity)
        #expect(fast.drive.checker.violations == 1)

        var jump = Sender()
        let gross = jump.move(by: 0.03)
        #expect(gross?.isGross == true)
        #expect(jump.drive.stop == .limit)
        let held = jump.drive.setPoint
        jump.move(by: 0)
        #expect(jump.drive.setPoint == held, "it follows no more")

        var range = Sender()
        range.position[2] = SimulatedAxes.limits[2].upper
        range.drive = SimulatedDrive(
            limits: SimulatedAxes.limits, period: 0.01, home: range.position,
            gripper: SimulatedAxes.gripper)
        range.drive.enable()
        range.move(by: 0)
        #expect(range.move(by: 0.0004, axis: 2)?.quantity == .position)
        #expect(range.drive.checker.violations == 1)
    }

    @Test("legal motion at the very limits is no violation", arguments: [1, 2, 3] as [UInt64])
    func legal(seed: UInt64) {
        let random = CounterRandom(seed, 4)
        var sender = Sender()
        var velocity = AxisVector(count: 7)
        for tick in 0..<5000 as Range<UInt64> {
            var command = Command(axes: 7)
            for axis in 0..<7 {
                let limit = SimulatedAxes.limits[axis]
                let change = limit.acceleration * 0.01
                let wish = random.uniform(tick * 7 + UInt64(axis)) < 0.5 ? -1.0 : 1.0
                var next = max(
                    -limit.velocity, min(limit.velocity, velocity[axis] + wish * change))
                // Brake in time for the end of the range, by the textbook distance and a period.
                let room =
                    (next > 0
                        ? limit.upper - sender.position[axis]
                        : sender.position[axis] - limit.lower) - abs(next) * 0.02
                if room < next * next / (2 * limit.acceleration) {
                    let brake = min(abs(velocity[axis]), change)
                    next = velocity[axis] - (velocity[axis] < 0 ? -brake : brake)
                }
                velocity[axis] = next
                sender.position[axis] += next * 0.01
            }
            sender.sequence += 1
            command.sequence = sender.sequence
            command.position = sender.position
            let violation = sender.drive.obey(command)
            #expect(violation == nil, "seed \(seed) tick \(tick)")
            _ = sender.drive.advance(isCommandValid: true)
            if violation != nil { return }
        }
    }

    @Test("a command lost on the way is not mistaken for a jump")
    func lost() {
        var sender = Sender()
        sender.cruise(at: 0.3)
        #expect(sender.move(by: 0.009, skip: 2) == nil)
        #expect(sender.move(by: 0.003) == nil)
        #expect(sender.drive.checker.violations == 0)
    }

    @Test("when commands stop it brakes within its own deceleration, holds, and resumes")
    func expiry() {
        var sender = Sender()
        sender.cruise(at: 0.45)
        let before = sender.drive.setPoint[0]
        var ticks = 0
        var speed = 0.45
        while !sender.drive.isAtRest, ticks < 100 {
            _ = sender.drive.advance(isCommandValid: false)
            #expect(sender.drive.velocity[0] <= speed + 1e-12)
            speed = sender.drive.velocity[0]
            ticks += 1
        }
        // V/(A·T) periods and V²/2A metres, plus one period.
        #expect(ticks <= 9)
        #expect(sender.drive.setPoint[0] - before <= 0.45 * 0.45 / 12 + 0.0045)
        #expect(sender.drive.stop == .watchdog)
        #expect(sender.drive.expiries == 1)
        let held = sender.drive.setPoint
        _ = sender.drive.advance(isCommandValid: false)
        #expect(sender.drive.setPoint == held)
        // Resumes towards a command a little off, at its own pace, then exactly.
        var last = held[0]
        var lastSpeed = 0.0
        for tick in 0..<40 {
            sender.move(by: min(0.001, Double(tick) * 0.0005))
            let speed = (sender.drive.setPoint[0] - last) / 0.01
            #expect(abs(speed) <= 0.5 + 1e-9)
            #expect(abs(speed - lastSpeed) <= 0.06 + 1e-9)
            (last, lastSpeed) = (sender.drive.setPoint[0], speed)
        }
        #expect(sender.drive.stop == .none)
        #expect(sender.drive.setPoint == sender.position)
        #expect(sender.drive.checker.violations == 0)
    }

    @Test("it does not start towards a command far from where it holds")
    func farStart() {
        var sender = Sender()
        sender.drive.enable()
        let violation = sender.move(by: 0.08)
        #expect(violation != nil)
        #expect(sender.drive.stop == .limit)
        #expect(sender.drive.setPoint == SimulatedAxes.home)
    }

    @Test("a set-point that is not a number never reaches the arm")
    func notANumber() {
        var sender = Sender()
        var command = Command(axes: 7)
        command.sequence = 100
        command.position = sender.position
        command.position[3] = .nan
        sender.drive.obey(command)
        #expect(sender.drive.stop == .fault)
        #expect(sender.drive.advance(isCommandValid: true).isFinite)
        // And the checker alone takes it for a violation too.
        var checker = LimitChecker(
            limits: SimulatedAxes.limits, period: 0.01, position: SimulatedAxes.home)
        #expect(checker.check(command.position, sequence: 1) != nil)
    }
}
