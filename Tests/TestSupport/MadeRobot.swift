import Bridge
import Control
import Embodiment
import Platform
import Simulation

@testable import Driving

/// A robot of any size and rate, its bridge on a real socket, and the agent's side of it.
final class MadeRobot {
    let description: RobotDescription
    let bridge: PlainBridge
    let proxy: ChaosProxy
    let robot: any Robot
    private let scratch: Scratch

    /// A description whose axes are joints, named `a0`, `a1`, …, and whose features are `f0`, `f1`, ….
    static func description(
        axes: Int, features: Int, commandRateHz: Double, policyRateHz: Double
    ) -> RobotDescription {
        let period = 1 / commandRateHz
        return RobotDescription(
            name: "made", summary: "", controlSpace: .jointPosition,
            commandRateHz: commandRateHz, policyRateHz: policyRateHz,
            axes: (0..<axes).map {
                CommandAxis(
                    name: "a\($0)", unit: .radian,
                    limits: AxisLimits(lower: -2, upper: 2, velocity: 0.5, acceleration: 1),
                    kind: .delta, actionLow: -0.5 / policyRateHz, actionHigh: 0.5 / policyRateHz,
                    home: 0, trackingError: 0.5)
            },
            features: (0..<features).map { ObservationFeature(name: "f\($0)", unit: .ampere) },
            observation: features > 0
                ? (0..<features).map { "f\($0)" } : ["a0", "a0" + ObservedNumber.velocitySuffix],
            timing: TimingLimits(
                observationHoldSeconds: max(0.2, TimingLimits.leastPeriods * period),
                observationStopSeconds: max(1, 6 * period),
                commandValiditySeconds: max(0.1, TimingLimits.leastPeriods / commandRateHz),
                trackingSeconds: max(0.1, 2 * period)))
    }

    init(_ description: RobotDescription, isLockstep: Bool) throws {
        self.description = description
        let scratch = try Scratch()
        self.scratch = scratch
        bridge = try PlainBridge(
            description, at: "ipc://\(scratch.path("robot"))", isLockstep: isLockstep,
            watchdogMilliseconds: description.timing.commandValiditySeconds * 1000)
        proxy = try ChaosProxy(
            address: "ipc://\(scratch.path("wire"))", bridge: bridge.address)
        let client = try BridgeClient(address: proxy.address)
        let patience = BridgePatience(
            connect: .seconds(10), reset: .seconds(10), silence: .seconds(5))
        let interrupt = Interrupt(watchesSignals: false)
        robot =
            isLockstep
            ? LockstepRobot(
                description: description, client: client, session: 11, patience: patience,
                interrupt: interrupt)
            : try RealtimeRobot(
                description: description, client: client, session: 11, patience: patience,
                interrupt: interrupt)
    }

    /// Connects, goes home and begins an episode.
    func begin() throws(RobotError) {
        try robot.connect()
        try robot.home()
        _ = try robot.reset(
            SceneStart(episode: 0, seed: 1, purpose: .training, wantsOperator: false))
    }

    /// Carries out so many steps of these actions, by the number of the step.
    @discardableResult
    func move(
        steps: UInt32, _ action: @escaping @Sendable (Int) -> Action
    ) throws(RobotError) -> [StepOutcome] {
        let calibration = Calibration(
            serial: "none", robot: description.name, date: "", tool: "", axisOffsets: [:],
            featureOffsets: [:])
        let policy = PolicyLoop(
            robot: description, calibration: calibration, policy: ScriptedPolicy(action), seed: 0)
        try robot.follow(
            Course(driver: .guided, firstDecision: 0, steps: steps), with: policy)
        var outcomes: [StepOutcome] = []
        for _ in 0..<steps { outcomes.append(try robot.nextStep()) }
        return outcomes
    }

    func end() {
        robot.close()
        proxy.end()
        bridge.end()
    }
}
