import Configuration
import Control
import Embodiment
import Experience
import Platform
import Testing

@testable import Agent

/// A policy that the limits cut a good deal is not held, but a person knows of it.
@Suite("What the limits cut is told")
struct ClampWarningTests {
    @Test("Told in the first of such episodes, and again after a calm one")
    func told() throws {
        let bench = try RobotBench(.realtime)
        try bench.robot.connect()
        // Three of seven axes against the edge of their ranges: told above 20 %, held above 60 %.
        var outward = AxisVector(count: bench.description.axes.count)
        for axis in [2, 3, 4] { outward[axis] = 1 }
        var action = outward
        let calibration = Calibration(
            serial: "none", robot: bench.description.name, date: "", tool: "", axisOffsets: [:],
            featureOffsets: [:])
        let runner = EpisodeRunner(
            robot: bench.robot, calibration: calibration, maximumSteps: 16,
            interrupt: bench.interrupt
        ) { _, _, _ in EpisodeRunner.Decision(action: action, version: 1, value: nil) }
        var shares: [Double] = []
        runner.onClamping = { shares.append($0) }
        func run(_ episode: UInt32, _ next: AxisVector) throws {
            action = next
            _ = try runner.run(
                number: episode, seed: 1, purpose: .training, driver: .guided,
                firstDecision: UInt64(episode) * 16)
        }
        let calm = AxisVector(count: outward.count)
        try run(0, outward)
        #expect(shares.count == 1)
        try run(1, outward)
        #expect(shares.count == 1)
        try run(2, calm)
        #expect(shares.count == 1)
        try run(3, outward)
        #expect(shares.count == 2)
        #expect(shares.allSatisfy { $0 > DetectionLimits.clampWarning && $0 <= 3.0 / 7 })
        #expect(bench.robot.counters.holds == 0)
        bench.leave(after: nil)
    }
}
