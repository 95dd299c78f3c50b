import Bridge
import Configuration
import Embodiment
import Foundation
import Platform
import Testing

@testable import Agent
@testable import TestSupport

/// `hone init`: a bridge's own account becomes files that a session can begin with.
@Suite("hone init")
struct InitCommandTests {
    @Test(
        "Files of a bridge pass the check, fit it, and a first demonstration is recorded with them",
        arguments: BridgeProgram.Kind.here)
    func files(kind: BridgeProgram.Kind) throws {
        let bridge = try BridgeProgram(kind)
        let scratch = try Scratch()
        try Files.makeDirectories(scratch.path("robots"))
        let made = try HoneProgram.run(["init", bridge.address], in: scratch.folder)
        #expect(made.code == 0, "\(made.errors)")
        #expect(made.output.contains("lines to decide"))
        let launch = try #require(try Files.list(scratch.path("launch")).first).name
        let checked = try HoneProgram.run(["check", "launch/\(launch)"], in: scratch.folder)
        #expect(checked.code == 0, "\(checked.output)\(checked.errors)")
        guard kind.isLockstep else { return }
        let recorded = try HoneProgram.run(
            [
                "record", "launch/\(launch)", "--quiet", "--directory", scratch.path("session"),
                "--set", "session.demonstrations=1",
            ], in: scratch.folder)
        #expect(recorded.code == 0, "\(recorded.errors)")
        #expect(Files.exists(scratch.path("session/log/session.mcap")))
    }

    @Test("Nothing that is there is overwritten, and a robot's file that is another's is told")
    func existing() throws {
        let bridge = try BridgeProgram(.simulatorInLockstep)
        let scratch = try Scratch()
        let first = try HoneProgram.run(["init", bridge.address], in: scratch.folder)
        #expect(first.code == 0, "\(first.errors)")
        let again = try HoneProgram.run(["init", bridge.address], in: scratch.folder)
        #expect(again.code == 73 && again.errors.contains("--launch"), "\(again.errors)")
        let other = try HoneProgram.run(
            ["init", bridge.address, "--launch", "other"], in: scratch.folder)
        #expect(other.code == 0 && other.output.contains("is there, fits and stays"))
        let path = scratch.path("robots/sim-widowx.yaml")
        let text = try scratch.text("robots/sim-widowx.yaml")
            .replacing("command_rate_hz: 100", with: "command_rate_hz: 50")
        try Files.replace(path, with: Array(text.utf8))
        let wrong = try HoneProgram.run(
            ["init", bridge.address, "--launch", "third"], in: scratch.folder)
        #expect(wrong.code == 65 && wrong.errors.contains("command rate"), "\(wrong.errors)")
        #expect(try scratch.text("robots/sim-widowx.yaml") == text)
        #expect(!Files.exists(scratch.path("launch/third.yaml")))
    }

    /// A base, an arm with a gripper, every unit that an axis can have, and features.
    private var mobile: BridgeDescription {
        typealias Axis = BridgeDescription.Axis
        return BridgeDescription(
            robot: "some-robot", serial: "0042", bootID: 7, isLockstep: false,
            controlSpace: "joint_position", commandRateHz: 30, watchdogMilliseconds: 150,
            task: "Fetch the \"red\" cup", hasOperator: false,
            axes: [
                Axis(
                    name: "base_v", unit: "m/s", lower: -1.1, upper: 1.1, velocity: 2.3,
                    acceleration: 17, controlSpace: "base_velocity"),
                Axis(
                    name: "elbow", unit: "rad", lower: -0.1, upper: 2.97, velocity: 3.1,
                    acceleration: 13.7),
                Axis(
                    name: "x", unit: "m", lower: 0.1, upper: 0.5, velocity: 0.7, acceleration: 3.3,
                    controlSpace: "end_effector_pose"),
                Axis(
                    name: "gripper", unit: "1", lower: 0, upper: 1, velocity: 5, acceleration: 90),
            ],
            features: [.init(name: "load", unit: "Nm"), .init(name: "battery", unit: "%")])
    }

    @Test("Whatever axes a bridge has, the draft is within the hardware's limits")
    func drafts() throws {
        for pose in [nil, [0, -0.05, 0.3, 1], [9, 9, 9, 9]] as [[Double]?] {
            let text = RobotDraft(mobile, pose: pose).text
            let robot = try RobotFile.read(text: text, named: "some-robot")
            #expect(mobile.differences(from: robot) == [])
            #expect(robot.axes[1].limits.velocity <= 0.25 * 3.1)
            #expect(robot.axes[1].limits.velocity > 0.24 * 3.1)
            #expect(robot.axes[3].kind == .absolute && robot.axes[2].kind == .delta)
            // What −1 asks for fits into a step.
            #expect(robot.axes[2].actionHigh <= 0.25 * 0.7 / robot.policyRateHz + 1e-9)
            #expect(robot.axes[1].home == (pose?[1] == -0.05 ? -0.05 : (2.97 - 0.1) / 2))
            #expect(robot.policyRateHz == 10)
        }
    }
}
