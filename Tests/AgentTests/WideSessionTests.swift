import Embodiment
import Experience
import Foundation
import Platform
import Testing

@testable import Report
@testable import TestSupport

/// A robot of 64 axes and 1,024 numbers through every stage, over a real socket.
@Suite("A session of the widest robot")
struct WideSessionTests {
    private static let robot = MadeRobot.description(
        axes: Capacity.axes, features: Capacity.features, commandRateHz: 50, policyRateHz: 10)

    /// The robot's file, as a person with patience would write it.
    private static var robotFile: String {
        var text = """
            schema: robot/1
            summary: As wide as can be
            control_space: joint_position
            command_rate_hz: 50
            policy_rate_hz: 10
            timing: {observation_hold_ms: 200, observation_stop_ms: 1000, command_validity_ms: 100, tracking_ms: 100}
            axes:

            """
        for axis in robot.axes {
            text += """
                  - {name: \(axis.name), unit: rad, lower_rad: -2, upper_rad: 2, velocity_rad_s: 0.5,
                     acceleration_rad_s2: 1, kind: delta, action_low_rad: -0.05, action_high_rad: 0.05, home_rad: 0,
                     tracking_error_rad: 0.5}

                """
        }
        text += "features:\n"
        for feature in robot.features { text += "  - {name: \(feature.name), unit: A}\n" }
        let observed = robot.features.dropLast(2).map(\.name) + ["a0", "a63.velocity"]
        return text + "observation: [\(observed.joined(separator: ", "))]\n"
    }

    private func project(_ bridge: PlainBridge, in project: OwnProject) throws {
        func write(_ text: String, _ path: String) throws {
            try text.write(toFile: project.scratch.path(path), atomically: true, encoding: .utf8)
        }
        try write(Self.robotFile, "robots/made.yaml")
        let offsets = Self.robot.axes.map { "\($0.name)_rad: 0" }.joined(separator: ", ")
        try write(
            """
            schema: calibration/1
            robot: made
            date: 2026-12-01
            tool: none
            axis_offsets: {\(offsets)}

            """, "calibration/plain.yaml")
        try project.change("launch/demo.yaml", "robot: sim-widowx", "robot: made")
        try project.change("launch/demo.yaml", "calibration: sim-0001", "calibration: plain")
        try project.change("launch/demo.yaml", "max_episode_s: 16", "max_episode_s: 4")
        try project.change("launch/demo.yaml", "simulation:", "bridge:")
        try project.change("launch/demo.yaml", "  variant: field", "  connect_s: 60")
        try project.change("launch/demo.yaml", "  noise: 1", "  endpoint: \(bridge.address)")
    }

    @Test("is recorded, learned from, evaluated, and its decisions are verified to the bit")
    func everyStage() throws {
        let own = try OwnProject()
        let bridge = try PlainBridge(
            Self.robot, at: "ipc://" + own.scratch.path("wire"), isLockstep: true,
            hasOperator: true,
            successAfter: 60)
        defer { bridge.end() }
        try project(bridge, in: own)
        func hone(_ words: [String]) throws -> HoneProgram.Outcome {
            let outcome = try HoneProgram.run(words, in: own.scratch.folder)
            try #require(outcome.code == 0, "\(words): \(outcome.errors)\(outcome.output)")
            return outcome
        }
        func path(_ name: String) -> String { own.scratch.path(name) }
        let check = try hone(["check", path("robots/made.yaml")])
        #expect(check.output.contains("1024 observed scalars"), "\(check.output)")
        _ = try hone(
            ["record", "demo", "--quiet", "--directory", path("seen")] + TinySession.arguments)
        let seen = FinishedSession(path("seen"))
        let episodes = try seen.log.episodes
        #expect(episodes.count == 2)
        for episode in episodes {
            let last = try #require(episode.transitions.last)
            #expect(last.observation.count == Capacity.features)
            #expect(last.executed.count == Capacity.axes)
            #expect(last.executed.values.contains { abs($0) > 0.1 }, "nothing moved")
            // The last but one is a position, the last a velocity.
            let numbers = last.nextObservation.values
            #expect(numbers[Capacity.features - 1].isFinite)
        }
        let ticks = try seen.ticks
        #expect(ticks.contains { $0.commanded.count == Capacity.axes })
        _ = try hone(
            ["pretrain", "demo", "--quiet", "--data", path("seen"), "--directory", path("first")]
                + TinySession.arguments)
        _ = try hone(
            [
                "evaluate", "demo", "--quiet", "--weights", path("first"), "--directory",
                path("tried"),
            ] + TinySession.arguments)
        let verified = try hone(["replay", path("tried"), "--verify"])
        #expect(verified.output.contains("equal to the bit"), "\(verified.output)")
    }
}
