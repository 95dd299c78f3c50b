import Bridge
import Embodiment
import Testing

@testable import Simulation

/// The simulated base with an arm: its drive, its checker, its demonstrator.
@Suite("The simulated mobile arm")
struct MobileTests {
    private static let limits = SimulatedMobile.model.axes.map(\.limits)

    /// An agent in few words: velocities ramp towards what is wished, joints too, within half of the hardware's limits.
    private static func ramped(
        _ action: Action, _ command: inout (position: AxisVector, change: AxisVector),
        from start: AxisVector
    ) {
        for axis in 0..<4 {
            let target =
                axis < 2
                ? action[axis] * MobileOperator.scale[axis]
                : min(
                    limits[axis].upper - 0.2,
                    max(
                        limits[axis].lower + 0.15,
                        start[axis] + action[axis] * MobileOperator.scale[axis]))
            let way = target - command.position[axis]
            let most = min(
                (limits[axis].acceleration * 0.5 * abs(way)).squareRoot(), abs(way) * 100)
            let wish = max(-0.8, min(0.8, most / limits[axis].velocity)) * limits[axis].velocity
            let step = limits[axis].acceleration * 0.9 * 0.01
            let change = max(
                command.change[axis] - step,
                min(command.change[axis] + step, way < 0 ? -wish : wish))
            command.position[axis] += change * 0.01
            command.change[axis] = change
        }
    }

    @Test(
        "The demonstrator drives there, stops and reaches, in the lab and in the field",
        arguments: [SimulatedVariant.lab, .field])
    func demonstrates(variant: SimulatedVariant) {
        var successes = 0
        for seed in 0..<40 as Range<UInt64> {
            let robot = SimulatedMobile(variant: variant)
            robot.reset(seed: seed, purpose: .demonstration, demonstrates: true)
            var command = (position: robot.position, change: AxisVector(count: 4))
            var checker = LimitChecker(limits: Self.limits, period: 0.01, position: robot.position)
            var sample = SensorSample(axes: 4, features: 6)
            var start = command.position
            var action = Action(count: 4)
            for tick in 0..<1600 as Range<UInt64> {
                robot.report(into: &sample)
                if sample.isSuccess || sample.isTerminal { break }
                if tick % 20 == 0 { (action, start) = (sample.operatorAction, command.position) }
                Self.ramped(action, &command, from: start)
                let violation = checker.check(command.position, sequence: tick + 1)
                #expect(
                    violation == nil, "seed \(seed) tick \(tick): \(String(describing: violation))")
                robot.advance(towards: command.position)
            }
            if sample.isSuccess { successes += 1 }
        }
        #expect(successes >= 36, "\(successes) of 40")
    }

    @Test("A goal that is run over ends the episode; so does one that is lost")
    func ends() {
        for speed in [0.5, -0.5] {
            let robot = SimulatedMobile(variant: .lab)
            robot.reset(seed: 1, purpose: .training, demonstrates: false)
            var sample = SensorSample(axes: 4, features: 6)
            for tick in 0..<1600 where !sample.isTerminal {
                robot.report(into: &sample)
                let bearing = Double(sample.features[1]) / max(0.2, Double(sample.features[0]))
                robot.advance(
                    towards: AxisVector([speed, max(-1, min(1, bearing)), -0.8, 1.6]))
                if tick == 1599 { Issue.record("\(speed): never") }
            }
            #expect(sample.isTerminal && !sample.isSuccess)
        }
    }

    @Test("Episodes depend on seed and purpose alone, wherever the base has driven before")
    func repeats() {
        func first(_ driven: Int) -> SensorSample {
            let robot = SimulatedMobile(variant: .field)
            for _ in 0..<driven { robot.advance(towards: AxisVector([0.4, 0.3, 0, 1])) }
            robot.comeToRest()
            robot.reset(seed: 7, purpose: .evaluation, demonstrates: true)
            var sample = SensorSample(axes: 4, features: 6)
            robot.report(into: &sample)
            sample.features[5] = 0
            return sample
        }
        #expect(first(0) == first(300))
    }

    /// A drive that follows a base at full speed.
    private static func driving() -> SimulatedDrive {
        var drive = SimulatedDrive(
            limits: limits, period: 0.01, home: SimulatedMobile.model.home,
            driving: SimulatedMobile.model.driving)
        drive.enable()
        let home = SimulatedMobile.model.home
        var command = Command(axes: 4)
        var motion = (position: home, change: AxisVector(count: 4))
        for tick in 0..<200 as Range<UInt64> {
            ramped(Action([1, 0, 0, 0]), &motion, from: home)
            command.position = motion.position
            command.sequence = tick + 1
            let violation = drive.obey(command)
            #expect(violation == nil)
            _ = drive.advance(isCommandValid: true)
        }
        return drive
    }

    @Test(
        "Without a valid command the drive brings its velocity to 0 within its limits; a stop does too"
    )
    func brakes() {
        for isStopped in [false, true] {
            var drive = Self.driving()
            #expect(abs(drive.setPoint[0] - 0.4) < 1e-6)
            if isStopped { drive.halt(.requested) }
            var (last, change, ticks) = (drive.setPoint[0], 0.0, 0)
            repeat {
                let next = drive.advance(isCommandValid: false)[0]
                let now = (next - last) / 0.01
                #expect(abs(now) <= Self.limits[0].velocity + 1e-9)
                #expect(abs(now - change) <= Self.limits[0].acceleration * 0.01 + 1e-9)
                #expect(next <= last + 1e-12 && next >= -0.02)
                (last, change, ticks) = (next, now, ticks + 1)
            } while !drive.isAtRest && ticks < 300
            #expect(drive.isAtRest && drive.setPoint[0] == 0 && ticks > 40 && ticks < 100)
            #expect(drive.setPoint[2] == SimulatedMobile.model.home[2])
            #expect(drive.stop == (isStopped ? .requested : .watchdog))
            // Commands go on where they were: it comes back to speed at its own pace.
            guard !isStopped else { continue }
            var command = Command(axes: 4)
            command.position = SimulatedMobile.model.home
            command.position[0] = 0.4
            command.sequence = 1000
            let violation = drive.obey(command)
            #expect(violation == nil && drive.stop == .none)
            let step = drive.advance(isCommandValid: true)[0]
            #expect(step <= Self.limits[0].acceleration * 1e-4 + 1e-12)
        }
    }

    @Test("The checker sees a velocity that changes too hard, or by too much at once")
    func checker() {
        for (path, quantity) in [
            ([0.0009, 0.0027, 0.0054], nil as LimitViolation.Quantity?),
            ([0.002], .acceleration), ([0.0009, 0.0029], .acceleration),
            ([0.02], .velocity), ([0.6], .position),
        ] {
            var checker = LimitChecker(
                limits: Self.limits, period: 0.01, position: AxisVector(count: 4))
            var found: [LimitViolation.Quantity] = []
            for (index, velocity) in path.enumerated() {
                var next = AxisVector(count: 4)
                next[0] = velocity
                next[3] = 0.5
                if index == 0 {
                    checker = LimitChecker(
                        limits: Self.limits, period: 0.01, position: AxisVector([0, 0, 0, 0.5]))
                }
                if let violation = checker.check(next, sequence: UInt64(index + 1)) {
                    found.append(violation.quantity)
                }
            }
            #expect(found.isEmpty == (quantity == nil), "\(path): \(found)")
            if let quantity, quantity != .velocity { #expect(found.contains(quantity)) }
        }
    }

    @Test("On the wire its velocities have the limits of velocities, and come back as they were")
    func describes() throws {
        var options = SimulationOptions(endpoint: "ipc:///tmp/unused")
        options.body = .mobile
        let description = SimulationServer.description(options, bootID: 1)
        #expect(description.impossibility == nil && description.task == "drive-and-reach")
        #expect(description.axes[0].isVelocity && !description.axes[2].isVelocity)
        #expect(SimulatedBody(task: "drive-and-reach") == .mobile)
        #expect(SimulatedBody(task: "pot-to-sink") == .arm(.potToSink))
        #expect(SimulatedBody(task: "tea") == nil)
    }
}
