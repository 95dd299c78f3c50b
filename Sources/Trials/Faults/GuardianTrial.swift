import Configuration
import Control
import Embodiment
import Platform
import Report

/// The guardian and the limiter on a clock of their own: a robot that follows at once, to and fro.
///
/// For faults that no process can be made to have, such as a clock that goes back. One thread.
struct GuardianTrial {
    let robot: RobotDescription
    let controller: Controller
    var time = MonotonicTime(nanoseconds: 5_000_000_000)
    /// How long its machine was suspended in all.
    var suspended = Duration.zero
    /// Added to the action that is asked for.
    var action = Action(count: 0)
    private(set) var report: TickReport
    private var sequence: UInt64 = 0
    private var ticks = 0
    private var pose: AxisVector

    /// A robot that has been moving for a moment.
    init(_ robot: RobotDescription) {
        self.robot = robot
        controller = Controller(robot: robot, watchesClocks: true)
        report = TickReport(axes: robot.axes.count)
        pose = AxisVector(robot.axes.map(\.home))
        controller.prepare(session: 1, epoch: 1, isTested: SelfTest.passes(robot))
        for _ in 0..<120 { tick() }
        _ = controller.answer(
            .start(challenge: controller.guardian.machine.challenge), by: .session, at: time)
        for _ in 0..<250 { tick() }
    }

    /// One period: a sample, every policy step an action, a command.
    mutating func tick(_ change: (inout SensorSample) -> Void = { _ in }) {
        time = time.advanced(byNanoseconds: Int64(1e9 * robot.tickSeconds))
        sequence += 1
        var sample = SensorSample(axes: robot.axes.count, features: robot.features.count)
        (sample.session, sample.epoch, sample.bootID) = (1, 1, 7)
        (sample.sequence, sample.isEnabled, sample.position) = (sequence, true, pose)
        sample.captureNanoseconds = time.nanoseconds - 1_000_000
        sample.acknowledgedCommand = report.command.sequence
        // A camera that sees always sees something else.
        if robot.features.count > 0 { sample.features[0] = Float(sequence % 7) }
        change(&sample)
        controller.take(suspended: suspended)
        controller.receive(sample, at: time)
        if controller.guardian.machine.state == .active, ticks.isMultiple(of: robot.ticksPerStep) {
            step(Self.action(robot, towards: ticks / (2 * robot.ticksPerStep) % 2 == 0 ? 1 : -1))
        }
        ticks += 1
        guard controller.isReady else { return }
        controller.tick(now: time, into: &report)
        pose = report.command.position
    }

    /// A step of its policy.
    func step(_ action: Action) { controller.begin(step: action) }

    /// To and fro on the second axis.
    static func action(_ robot: RobotDescription, towards: Double) -> Action {
        var action = Action(count: robot.axes.count)
        action[1] = towards
        return action
    }

    /// Largest speed commanded, in shares of each axis' limit.
    var speed: Double {
        robot.axes.indices.map {
            abs(report.command.velocity[$0]) / robot.axes[$0].limits.velocity
        }.max() ?? 0
    }

    /// Makes something fail in motion, and holds what follows against what must.
    ///
    /// - Parameters:
    ///   - fail: at least one tick.
    ///   - state: the robot's afterwards.
    mutating func run(
        _ cause: StopCause, _ state: SafetyState, _ fail: (inout GuardianTrial) -> Void
    ) -> FaultEvidence {
        while speed < 0.2 { tick() }
        var evidence = FaultEvidence(lost: "nothing to lose")
        let before = speed
        fail(&self)
        evidence.expect(speed < before, "it did not slow down in the same tick")
        var (last, braking) = (speed, 0)
        while !controller.isAtRest, braking < 1000 {
            tick()
            evidence.expect(speed <= last, "it sped up while it braked")
            (last, braking) = (speed, braking + 1)
        }
        let longest =
            robot.axes.map { $0.limits.longestBraking(period: robot.tickSeconds) }.max() ?? 0
        evidence.expect(braking <= longest, "it braked for \(braking) ticks, at most \(longest)")
        for _ in 0..<2000 { tick() }
        let machine = controller.guardian.machine
        evidence.expect(machine.state == state, "it is \(machine.state.name)")
        evidence.expect(machine.cause == cause, "the cause is \(machine.cause)")
        evidence.expect(controller.isAtRest, "it moves again")
        evidence.robot = "slower in the same tick, at rest after \(braking), \(state.name)"
        evidence.operatorSaw = controller.guardian.verdict.line(for: robot)
        return evidence
    }
}
