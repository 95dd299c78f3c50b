import Embodiment
import Platform

@testable import Control

/// A controller in real time, on a clock that the test moves: samples arrive shortly before each tick,
/// the robot follows at once.
struct LiveLoop {
    let controller: Controller
    /// The time of the last tick.
    var time = MonotonicTime(nanoseconds: 5_000_000_000)
    var sequence: UInt64 = 0
    var epoch: UInt32 = 1
    var report: TickReport
    /// What the robot measures until it is commanded: home.
    var pose: AxisVector
    /// Pressed in every sample.
    var buttons: OperatorButtons = []
    /// How long the machine was suspended in all.
    var suspended = Duration.seconds(17)
    /// Difference of the bridge's clock to ours, ns.
    var clockOffset: Int64 = 0
    /// From the arrival of a sample to its tick, ns.
    let lead: Int64

    /// - Parameters:
    ///   - isStarted: ready, started by the session, at full speed.
    ///   - lead: from the arrival of a sample to its tick, ns.
    init(
        robot: RobotDescription = Fixture.robot(), isStarted: Bool = true, lead: Int64 = 3_000_000
    ) {
        self.lead = lead
        report = TickReport(axes: robot.axes.count)
        pose = AxisVector(robot.axes.map(\.home))
        controller = Controller(robot: robot, watchesClocks: true)
        controller.prepare(session: 1, epoch: epoch, isTested: true)
        guard isStarted else { return }
        // A start needs fresh samples for a second, and speed rises over another.
        run(seconds: 1.1)
        _ = controller.answer(.start(challenge: machine.challenge), by: .session, at: time)
        run(seconds: 1.1)
    }

    var machine: SafetyMachine { controller.guardian.machine }
    var state: SafetyState { machine.state }
    var verdict: SafetyVerdict { controller.guardian.verdict }

    /// One period, with a sample unless it is lost, and a tick that comes `late` ms later.
    mutating func tick(
        lost: Bool = false, late: Int64 = 0, sample change: (inout SensorSample) -> Void = { _ in }
    ) {
        time = time.advanced(byNanoseconds: 10_000_000)
        sequence += 1
        if !lost {
            let arrival = time.advanced(byNanoseconds: -lead)
            let robot = controller.robot
            var sample = SensorSample(axes: robot.axes.count, features: robot.features.count)
            sample.sequence = sequence
            sample.bootID = 7
            sample.isEnabled = true
            sample.position = pose
            sample.session = 1
            sample.epoch = epoch
            sample.buttons = buttons
            sample.acknowledgedCommand = report.command.sequence
            sample.captureNanoseconds =
                arrival.advanced(byNanoseconds: clockOffset - 1_000_000).nanoseconds
            change(&sample)
            controller.receive(sample, at: arrival)
        }
        time = time.advanced(byNanoseconds: late * 1_000_000)
        controller.take(suspended: suspended)
        guard controller.isReady else { return }
        controller.tick(now: time, into: &report)
        pose = report.command.position
    }

    /// As many periods as this takes.
    mutating func run(
        seconds: Double, sample change: (inout SensorSample) -> Void = { _ in }
    ) {
        run(ticks: Int((seconds / controller.robot.tickSeconds).rounded()), sample: change)
    }

    /// Where the number of ticks is what matters.
    mutating func run(ticks: Int, sample change: (inout SensorSample) -> Void = { _ in }) {
        for _ in 0..<ticks { tick(sample: change) }
    }

    /// Steps to and fro on the first axis, `leg` ticks each way; 20 is one step, which is chatter.
    mutating func move(
        _ ticks: Int, leg: Int = 40, action: Double = 1,
        sample change: (inout SensorSample) -> Void = { _ in }
    ) {
        for tick in 0..<ticks {
            if tick % 20 == 0 {
                let sign = tick / leg % 2 == 0 ? action : -action
                controller.begin(step: Action([sign, 1]))
            }
            self.tick(sample: change)
        }
    }

    /// What an operator asks for, quoting the present challenge.
    mutating func ask(_ act: (UInt32) -> SafetyRequest) -> SafetyAnswer {
        controller.answer(act(machine.challenge), by: .operator, at: time)
    }

    mutating func acknowledge() -> SafetyAnswer {
        let cause = machine.cause
        return ask { .acknowledge(cause, challenge: $0) }
    }

    /// What the session does when a stop has been acknowledged.
    mutating func beginEpoch() {
        epoch += 1
        controller.prepare(session: 1, epoch: epoch, isTested: true)
    }
}
