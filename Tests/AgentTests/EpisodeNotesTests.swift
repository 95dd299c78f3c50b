import Configuration
import Control
import Embodiment
import Experience
import Platform
import Testing

@testable import Agent
@testable import Driving
@testable import Learning
@testable import TestSupport

/// What a policy does that is no reason to hold the robot, but that a person should know of.
@Suite("What is told of an episode", .byTheWallClock)
struct EpisodeNotesTests {
    /// Runs episodes on a robot by the wall clock.
    private func runner(
        on bench: RobotBench, steps: Int, decide: @escaping @Sendable () -> Action
    ) -> EpisodeRunner {
        let calibration = Calibration(
            serial: "none", robot: bench.description.name, date: "", tool: "", axisOffsets: [:],
            featureOffsets: [:])
        return EpisodeRunner(
            robot: bench.robot, calibration: calibration, maximumSteps: steps,
            interrupt: bench.interrupt, policy: ScriptedPolicy { _ in decide() }, seed: 0)
    }

    private func run(_ runner: EpisodeRunner, _ episode: UInt32) throws {
        _ = try runner.run(
            number: episode, seed: 1, purpose: .training, driver: .guided,
            firstDecision: UInt64(episode) * 16)
    }

    @Test("A scene that is won, lost or over before the robot has moved is no beginning")
    func won() throws {
        let robot = ScriptedRobot(try RobotBench(.lockstep).description)
        let calibration = Calibration(
            serial: "none", robot: robot.description.name, date: "", tool: "", axisOffsets: [:],
            featureOffsets: [:])
        let axes = robot.description.axes.count
        let runner = EpisodeRunner(
            robot: robot, calibration: calibration, maximumSteps: 3, interrupt: Interrupt(),
            policy: ScriptedPolicy { _ in Action(count: axes) }, seed: 0)
        try run(runner, 1)
        let spoiled: [(says: String, change: (inout SensorSample) -> Void)] = [
            ("says success already", { $0.isSuccess = true }),
            ("says terminal already", { $0.isTerminal = true }),
            ("says truncated already", { $0.isTruncated = true }),
            ("is of episode 1", { $0.episode = 1 }),
        ]
        for (number, (says, change)) in spoiled.enumerated() {
            robot.beginning = change
            do {
                try run(runner, UInt32(number + 2))
                Issue.record("\(says): it began")
            } catch let failure as EpisodeFailure {
                #expect(failure.episode.transitions.isEmpty)
                #expect("\(failure.error)".contains(says), "\(failure.error)")
            }
        }
        robot.beginning = { _ in }
        try run(runner, 9)
    }

    @Test("How much the limits cut, in the first of such episodes, and again after a calm one")
    func clamping() throws {
        let bench = try RobotBench(.realtime)
        try bench.robot.connect()
        // Three of seven axes against the edge of their ranges: told above 20 %, held above 60 %.
        let calm = Action(count: bench.description.axes.count)
        var outward = calm
        for axis in [2, 3, 4] { outward[axis] = 1 }
        let action = Guarded(calm)
        let runner = runner(on: bench, steps: 16) { action.withLock { $0 } }
        var shares: [Double] = []
        runner.onClamping = { shares.append($0) }
        for (episode, next, told) in [
            (0, outward, 1), (1, outward, 1), (2, calm, 1), (3, outward, 2),
        ] {
            action.withLock { $0 = next }
            try run(runner, UInt32(episode))
            #expect(shares.count == told, "episode \(episode)")
        }
        #expect(shares.allSatisfy { $0 > DetectionLimits.clampWarning && $0 <= 3.0 / 7 })
        #expect(bench.robot.counters.holds == 0)
        bench.leave(after: nil)
    }

    @Test(
        "How long a robot waited for its policy, where that was more than half a step; it is not held for it"
    )
    func lateDecision() throws {
        let bench = try RobotBench(.realtime)
        try bench.robot.connect()
        let calm = Action(count: bench.description.axes.count)
        let seconds = Guarded(0.0)
        let runner = runner(on: bench, steps: 3) {
            SystemClock().sleep(for: .seconds(seconds.withLock { $0 }))
            return calm
        }
        var told: [Double] = []
        runner.onLateDecision = { told.append($0) }
        let step = 1 / bench.description.policyRateHz
        // What takes less than a step is decided while the one before it is carried out.
        for (episode, share, count) in [
            (0, 0.1, 0), (1, 0.6, 0), (2, 2, 1), (3, 2, 1), (4, 0, 1), (5, 2, 2),
        ] {
            seconds.withLock { $0 = share * step }
            try run(runner, UInt32(episode))
            #expect(told.count == count, "episode \(episode): \(told)")
        }
        #expect(told.allSatisfy { $0 >= 0.8 * step && $0 < 2 * step }, "\(told)")
        #expect(bench.robot.counters.holds == 0 && bench.robot.counters.stops == 0)
        bench.leave(after: nil)
    }
}
