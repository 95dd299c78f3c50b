import CAllocations
import Embodiment
import Platform
import Testing

@testable import Control

@Suite("Rules of gripper, force and compiled limits")
struct RuleTests {
    @Test("A gripper changes sides only so often, and moves freely on its side")
    func dwell() {
        let limits = CompiledLimits(TestRobot.tool())
        var dwell = GripperDwell()
        dwell.restart(at: AxisVector([0, 0, 0, 0, 0, 0, 1]), limits: limits)
        func admit(_ wish: Double, _ tick: UInt64) -> Double {
            dwell.admit(wish, present: 0.77, axis: 6, tick: tick, limits: limits)
        }
        // 0.2 s at 100 Hz are 20 ticks; the first change is free.
        #expect(admit(0.9, 0) == 0.9)
        #expect(admit(0, 3) == 0)
        #expect(admit(0.2, 4) == 0.2)
        #expect(admit(1, 22) == 0.77)
        #expect(admit(0.3, 22) == 0.3)
        #expect(admit(1, 23) == 1)
        #expect(admit(0, 42) == 0.77 && admit(0, 43) == 0)
        let arm = dwell.admit(-0.4, present: 0, axis: 0, tick: 44, limits: limits)
        #expect(arm == -0.4)
    }

    static func forceful() -> RobotDescription {
        var robot = TestRobot.tool()
        robot.task.force = ForceLimits(
            features: ["fx", "fy"], contact: 15, stop: 30, absolute: 60, filterHz: 30)
        return robot
    }

    @Test("Contact slows, two of three samples above the threshold stop, a blow stops at once")
    func force() {
        func feel(_ samples: [Float]) -> ForceMonitor {
            var monitor = ForceMonitor(robot: Self.forceful())
            for force in samples { monitor.take(FeatureVector([0.6 * force, 0.8 * force])) }
            return monitor
        }
        #expect(feel([0, 14]).share == 1 && feel([0, 14]).fault == nil)
        #expect(feel([16, 16]).share == 0.25 && feel([16, 16]).fault == nil)
        #expect(feel([0, 16]).share == 1)
        // One spike is not two samples; the filter lets 0.65 of a step through at once.
        #expect(feel([0, 50, 0, 0]).fault == nil)
        #expect(feel([0, 50, 50]).fault?.limit == 30)
        #expect(feel([0, 61]).fault?.limit == 60)
        #expect(feel([0, 50, 50, 0, 0, 0]).fault != nil)
        // What is not a number is the guardian's business and does not stay in the filter.
        #expect(feel([0, .nan, 14]).share == 1 && feel([.nan, 16, 16]).share == 0.25)
        var monitor = feel([61])
        monitor.reset()
        #expect(monitor.fault == nil && monitor.share == 1)
    }

    @Test("A force that is reported at home is told, and moves no threshold")
    func forceBias() {
        // Half a second of samples is one measurement.
        let count = Int((0.5 / Self.forceful().tickSeconds).rounded(.up))
        func rest(_ force: Float, samples: Int, isFree: Bool = true) -> ForceMonitor {
            var monitor = ForceMonitor(robot: Self.forceful())
            for _ in 0..<samples {
                monitor.take(FeatureVector([0.6 * force, 0.8 * force]), isFree: isFree)
            }
            return monitor
        }
        var biased = rest(6, samples: count)
        #expect(abs((biased.takeBias() ?? 0) - 6) < 1e-5)
        #expect(biased.takeBias() == nil, "once")
        // A third of 15 N; less than half a second; somewhere else.
        var others = [
            rest(4.9, samples: count), rest(6, samples: count - 1),
            rest(6, samples: 2 * count, isFree: false),
        ]
        for index in others.indices { #expect(others[index].takeBias() == nil, "\(index)") }
        // Noise about zero is no bias, however large.
        var noisy = ForceMonitor(robot: Self.forceful())
        for number in 0..<4 * count {
            noisy.take(FeatureVector([number.isMultiple(of: 2) ? 10 : -10, 0]), isFree: true)
        }
        #expect(noisy.takeBias() == nil)
        // The blow still stops it, at the thresholds that it had.
        var hit = rest(6, samples: 3 * count)
        #expect(hit.fault == nil && hit.share == 1)
        for _ in 0..<4 { hit.take(FeatureVector([29, 0])) }
        #expect(hit.fault == nil && hit.share == 0.25)
        for _ in 0..<4 { hit.take(FeatureVector([36, 0])) }
        #expect(hit.fault?.limit == 30)
    }

    @Test("A force stops the robot with its own cause")
    func forceStops() {
        let controller = Controller(robot: Self.forceful())
        controller.start(session: 1, epoch: 1)
        var report = TickReport(axes: 7)
        var sample = SensorSample(axes: 7, features: 2)
        sample.bootID = 1
        var time = MonotonicTime(nanoseconds: 1_000_000_000)
        for tick in 1...30 {
            sample.sequence += 1
            sample.acknowledgedCommand = report.command.sequence
            sample.features[0] = tick < 20 ? 0 : 40
            controller.receive(sample, at: time)
            if tick == 1 { controller.begin(step: Action([Double](repeating: 1, count: 7))) }
            controller.tick(now: time, into: &report)
            sample.position = report.command.position
            time = time.advanced(byNanoseconds: 10_000_000)
            // The filter is above the threshold at the second sample, twice at the third: the 22nd.
            #expect(report.verdict.cause == (tick < 22 ? .none : .force), "tick \(tick)")
        }
        #expect(report.verdict.limit == 30)
    }

    @Test("The hash names every limit: any change of any number changes it")
    func hash() {
        let robot = MotionLimiterTests.confined(jerk: true, scaling: .pathPreserving)
        var base = robot
        base.task.force = ForceLimits(
            features: ["fx"], contact: 15, stop: 30, absolute: 60, filterHz: 30)
        base.task.stepJoint = 1
        base.task.stepRotation = 1
        base.task.stepTranslation = 1
        let changes: [(inout RobotDescription) -> Void] = [
            { $0.axes[0].limits.lower += 1e-9 }, { $0.axes[1].limits.upper += 1e-9 },
            { $0.axes[2].limits.velocity += 1e-9 }, { $0.axes[3].limits.acceleration += 1e-9 },
            { $0.axes[4].limits.jerk = nil }, { $0.axes[5].limits.jerk = 299 },
            { $0.axes[6].gripper = nil }, { $0.axes[6].gripper?.dwellSeconds = 0.3 },
            { $0.axes[5].name = "turn" }, { $0.axes[0].trackingError += 1 },
            { $0.axes.removeLast() },
            { $0.scaling = .perAxis }, { $0.commandRateHz = 101 }, { $0.task.toolSpeed = nil },
            { $0.task.toolSpeed = 0.36 }, { $0.task.planes.removeLast() }, { $0.task.tilt = 0.5 },
            { $0.task.planes[0].offset += 1e-9 }, { $0.task.planes.swapAt(0, 1) },
            { $0.task.stepJoint = 2 }, { $0.task.stepRotation = 2 },
            { $0.task.stepTranslation = nil }, { $0.task.force?.stop = 31 },
            { $0.task.force?.contact = 14 }, { $0.task.force?.absolute = 61 },
            { $0.task.force?.filterHz = 31 }, { $0.task.force?.features = ["fy"] },
            { $0.task.force = nil }, { $0.timing.observationHoldSeconds += 1e-3 },
            { $0.timing.observationStopSeconds += 1 }, { $0.timing.trackingSeconds += 1 },
            { $0.timing.commandValiditySeconds += 1e-3 },
            { $0.timing.tickHoldSeconds = 0.021 }, { $0.timing.tickStopSeconds = 0.06 },
            { $0.timing.missingSamples = 4 }, { $0.timing.frozenSamples = 26 },
            { $0.timing.cameraHoldSeconds = 0.4 }, { $0.timing.clockJumpSeconds = 0.06 },
            { $0.timing.acknowledgementCommands = 4 }, { $0.timing.damagedFrames = 4 },
            { $0.timing.actionSeconds = 3 }, { $0.timing.clampShare = 0.7 },
            { $0.timing.chatterShare = 0.7 }, { $0.timing.brakeFactor = 1.4 },
        ]
        var seen: Set<UInt64> = [CompiledLimits(base).hash]
        for change in changes {
            var robot = base
            change(&robot)
            seen.insert(CompiledLimits(robot).hash)
        }
        #expect(seen.count == changes.count + 1)
        base.summary = "other words"
        #expect(seen.contains(CompiledLimits(base).hash))
        #expect(CompiledLimits(base).hashText.count == 16)
    }

    @Test("A tick with every limit there is allocates nothing", arguments: [false, true])
    func allocations(jerk: Bool) {
        guard hone_thread_allocation_count() >= 0 else { return }
        var robot = MotionLimiterTests.confined(jerk: jerk, scaling: .pathPreserving)
        robot.task.force = Self.forceful().task.force
        robot.task.stepTranslation = 0.05
        robot.task.stepRotation = 0.2
        let controller = Controller(robot: robot)
        controller.start(session: 1, epoch: 1)
        var report = TickReport(axes: 7)
        var sample = SensorSample(axes: 7, features: 2)
        sample.bootID = 1
        var time = MonotonicTime(nanoseconds: 1_000_000_000)
        var actions = [
            Action([1, 1, 1, -1, 1, 0.5, -1]), Action([-1, 1, 0, 1, -1, 1, 1]),
        ]
        actions[0][6] = 1
        func ticks(_ count: Int) {
            for tick in 0..<count {
                sample.sequence += 1
                sample.acknowledgedCommand = report.command.sequence
                controller.receive(sample, at: time)
                if tick % 10 == 0 { controller.begin(step: actions[tick / 10 % 2]) }
                if tick == count / 2 { controller.goHome() }
                controller.tick(now: time, into: &report)
                sample.position = report.command.position
                time = time.advanced(byNanoseconds: 10_000_000)
            }
        }
        ticks(50)
        let before = hone_thread_allocation_count()
        ticks(400)
        #expect(hone_thread_allocation_count() == before)
        #expect(report.verdict.cause == .none)
    }
}
