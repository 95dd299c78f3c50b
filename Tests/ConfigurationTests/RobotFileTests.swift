import Embodiment
import Foundation
import Testing

@testable import Configuration

/// Two axes, two features: line numbers below count in this text.
let rightRobotFile = """
    schema: robot/1
    summary: A test
    control_space: end_effector_pose
    command_rate_hz: 100
    policy_rate_hz: 5
    axes:
      - name: x
        unit: m
        lower_m: 0.1
        upper_m: 0.5
        velocity_m_s: 0.4
        acceleration_m_s2: 4
        kind: delta
        action_low_m: -0.05
        action_high_m: 0.05
        home_m: 0.3
        tracking_error_m: 0.1
      - name: gripper
        unit: 1
        lower: 0
        upper: 1
        velocity_per_s: 8
        acceleration_per_s2: 200
        kind: absolute
        action_low: 0
        action_high: 1
        home: 1
        tracking_error: 0.9
    features:
      - {name: cup.x, unit: m}
      - {name: load, unit: N}
    observation: [x, cup.x, load]
    timing:
      observation_hold_ms: 50
      observation_stop_ms: 250
      command_validity_ms: 50
      tracking_ms: 100

    """

@Suite("Robot files")
struct RobotFileTests {
    @Test("A right file becomes its value")
    func value() throws {
        let diagnostics = Diagnostics()
        let source = diagnostics.addSource(path: "robots/test.yaml", text: rightRobotFile)
        let root = try #require(YAMLReader.read(source: source, diagnostics: diagnostics))
        let robot = try #require(
            RobotFile.decode(root, name: "test", diagnostics: diagnostics))
        #expect(diagnostics.isEmpty)
        #expect(robot.name == "test")
        #expect(robot.axes.map(\.name) == ["x", "gripper"])
        #expect(
            robot.axes[0].limits
                == AxisLimits(lower: 0.1, upper: 0.5, velocity: 0.4, acceleration: 4))
        #expect(robot.axes[1].kind == .absolute && robot.axes[1].unit == .fraction)
        #expect(robot.ticksPerStep == 20)
        #expect(robot.observation == ["x", "cup.x", "load"])
        #expect(robot.timing.observationHoldSeconds == 0.05)
        #expect(robot.joints.isEmpty)
    }

    @Test(
        "Each mistake is reported once, at its place, in words",
        arguments: [
            // Keys.
            (
                "command_rate_hz:", "comand_rate_hz:",
                ["4:1 unknown key \"comand_rate_hz\"; did you mean \"command_rate_hz\"?"]
            ),
            (
                "        lower_m: 0.1", "        lower_rad: 0.1",
                ["9:5 unknown key \"lower_rad\"; did you mean \"lower_m\"?"]
            ),
            (
                "        velocity_m_s: 0.4", "        velocity_rad_s: 0.4",
                ["11:5 unknown key \"velocity_rad_s\"; did you mean \"velocity_m_s\"?"]
            ),
            (
                "        home_m: 0.3", "        home: 0.3",
                ["16:5 unknown key \"home\"; did you mean \"home_m\"?"]
            ),
            (
                "        velocity_per_s: 8", "        velocity: 8",
                ["22:5 unknown key \"velocity\"; did you mean \"velocity_per_s\"?"]
            ),
            (
                "        lower_m: 0.1", "        lower_deg: 0.1",
                ["9:5 unknown key \"lower_deg\"; did you mean \"lower_m\"?"]
            ),
            (
                "    summary: A test", "    summary: A test\n    banana: 1",
                [
                    "3:1 unknown key \"banana\"; known here: schema, summary, control_space, "
                        + "command_rate_hz, policy_rate_hz, axes, joints, features, observation, timing, scaling, tool, step, force, degraded (hone check --keys)"
                ]
            ),
            (
                "        acceleration_m_s2: 4\n", "",
                ["7:5 missing key \"acceleration_m_s2\" in axes[0]"]
            ),
            (
                "    policy_rate_hz: 5\n", "",
                ["1:1 missing key \"policy_rate_hz\" in the file"]
            ),
            (
                "      observation_stop_ms: 250\n", "",
                ["33:1 missing key \"observation_stop_ms\" in timing"]
            ),
            // Types.
            (
                "command_rate_hz: 100", "command_rate_hz: fast",
                ["4:18 command_rate_hz: expected a number, found \"fast\""]
            ),
            (
                "command_rate_hz: 100", "command_rate_hz: \"100\"",
                ["4:18 command_rate_hz: expected a number, found the text \"100\" in quotes"]
            ),
            (
                "command_rate_hz: 100", "command_rate_hz: 1_00",
                [
                    "4:18 command_rate_hz: expected a number, found \"1_00\": a number has no underscores"
                ]
            ),
            (
                "command_rate_hz: 100", "command_rate_hz: 0100",
                [
                    "4:18 command_rate_hz: expected a number, found \"0100\": a number must not start "
                        + "with 0 (octal?)"
                ]
            ),
            (
                "lower_m: 0.1", "lower_m: .nan",
                ["9:14 axes[0].lower_m: expected a number, found \".nan\": it must be finite"]
            ),
            (
                "lower_m: 0.1", "lower_m:",
                ["9:13 axes[0].lower_m: expected a number, found nothing"]
            ),
            (
                "lower_m: 0.1", "lower_m: [0.1]",
                ["9:14 axes[0].lower_m: expected a number, found a list"]
            ),
            (
                "observation: [x, cup.x, load]", "observation: x",
                ["32:14 observation: expected a list of texts, found \"x\""]
            ),
            (
                "kind: delta", "kind: deltas",
                [
                    "13:11 axes[0].kind: \"deltas\" is not a choice; did you mean \"delta\"? "
                        + "(choices: delta, absolute, velocity)"
                ]
            ),
            (
                "schema: robot/1", "schema: robot/2",
                [
                    "1:9 schema: \"robot/2\" is not a choice; did you mean \"robot/1\"? "
                        + "(choices: robot/1)"
                ]
            ),
            (
                "unit: N", "unit: lb",
                [
                    "31:24 features[1].unit: \"lb\" is not a choice (choices: m, rad, N, m/s, rad/s, "
                        + "m/s2, rad/s2, Nm, A, V, W, Pa, degC, Hz, s, kg, %, 1)"
                ]
            ),
            (
                "unit: N", "unit: °C",
                [
                    "31:24 features[1].unit: \"°C\" is not a choice; did you mean \"degC\"? (choices: "
                        + "m, rad, N, m/s, rad/s, m/s2, rad/s2, Nm, A, V, W, Pa, degC, Hz, s, kg, %, 1)"
                ]
            ),
            (
                "unit: N", "unit: deg/s",
                [
                    "31:24 features[1].unit: \"deg/s\" is no unit here; let the bridge convert it to "
                        + "rad/s (times 0.0174533)"
                ]
            ),
            (
                "name: gripper", "name: grip per",
                [
                    "18:11 axes[1].name: \"grip per\" is out of range, must be 1 to 64 of a-z, A-Z, "
                        + "0-9, _, - and ., beginning with a letter or digit"
                ]
            ),
            // Ranges.
            (
                "command_rate_hz: 100", "command_rate_hz: 0",
                ["4:18 command_rate_hz: \"0\" is out of range, must be 1 to 1000"]
            ),
            (
                "velocity_m_s: 0.4", "velocity_m_s: -1",
                ["11:19 axes[0].velocity_m_s: \"-1\" is out of range, must be more than 0"]
            ),
            (
                "tracking_ms: 100", "tracking_ms: 1e9",
                [
                    "37:16 timing.tracking_ms: \"1e9\" is out of range, must be more than 0 and "
                        + "at most 10000"
                ]
            ),
            (
                "observation: [x, cup.x, load]", "observation: []",
                ["32:14 observation: 0 entries is out of range, must be 1 to 1024"]
            ),
            // Sense.
            (
                "lower_m: 0.1", "lower_m: 0.5",
                ["9:14 lower_m 0.5 must be below upper_m 0.5"]
            ),
            (
                "home_m: 0.3", "home_m: 0.6",
                ["16:13 home 0.6 is outside the limits 0.1 to 0.5"]
            ),
            (
                "policy_rate_hz: 5", "policy_rate_hz: 7",
                ["5:17 policy_rate_hz 7 must divide command_rate_hz 100"]
            ),
            (
                "acceleration_m_s2: 4", "acceleration_m_s2: 50",
                [
                    "12:24 acceleration_m_s2 50 reaches velocity_m_s 0.4 within one command period; "
                        + "at most 40"
                ]
            ),
            (
                "acceleration_m_s2: 4", "acceleration_m_s2: 0.3",
                [
                    "11:19 stopping from full speed takes 0.269 m, more than half the range of 0.4; "
                        + "brake harder or go slower"
                ]
            ),
            (
                "action_high_m: 0.05", "action_high_m: 0.2",
                [
                    "15:20 a full action in one policy step needs 1 m/s, more than velocity_m_s 0.4: "
                        + "it would always be clipped"
                ]
            ),
            (
                "action_low_m: -0.05", "action_low_m: 0.01",
                ["14:19 a delta action must be able to go both ways: action_low < 0 < action_high"]
            ),
            (
                "action_low_m: -0.05", "action_low_m: 0.05",
                ["14:19 action_low_m 0.05 must be below action_high_m 0.05"]
            ),
            (
                "action_high: 1", "action_high: 2",
                [
                    "26:18 action_high 2 is outside the limits 0 to 1; an absolute action is a set-point"
                ]
            ),
            (
                "tracking_error_m: 0.1", "tracking_error_m: 0.4",
                [
                    "17:23 tracking_error_m 0.4 is as wide as the range of 0.4: nothing would notice "
                        + "that the axis does not follow; only an axis with a gripper block may be "
                        + "anywhere"
                ]
            ),
            (
                "upper_m: 0.5", "upper_m: 500",
                ["10:14 a range of 499.9 m; are these millimetres?"]
            ),
            (
                "observation: [x, cup.x, load]", "observation: [x, cup.y, load]",
                [
                    "32:18 no axis or feature \"cup.y\"; did you mean \"cup.x\"? "
                        + "(available: x, gripper, cup.x, load)"
                ]
            ),
            (
                "observation: [x, cup.x, load]", "observation: [x, cup.x, x_velocity]",
                [
                    "32:25 no axis or feature \"x_velocity\"; did you mean \"x.velocity\"? "
                        + "(available: x, gripper, cup.x, load)"
                ]
            ),
            (
                "observation: [x, cup.x, load]", "observation: [x, load, x]",
                ["32:24 \"x\" is observed twice"]
            ),
            (
                "{name: load, unit: N}", "{name: gripper, unit: N}",
                [
                    "31:12 the name \"gripper\" is taken; axes and features share one list of names",
                    "32:25 no axis or feature \"load\"; available: x, gripper, cup.x",
                ]
            ),
            (
                "observation_hold_ms: 50", "observation_hold_ms: 250",
                ["34:24 observation_hold_ms must be below observation_stop_ms"]
            ),
            (
                "observation_hold_ms: 50", "observation_hold_ms: 29",
                ["34:24 observation_hold_ms must be at least three command periods (30 ms)"]
            ),
            (
                "command_validity_ms: 50", "command_validity_ms: 29",
                ["36:24 command_validity_ms must be at least three command periods (30 ms)"]
            ),
        ] as [(String, String, [String])])
    func mistake(old: String, new: String, expected: [String]) throws {
        // The literal above is indented by the source; what is replaced is not.
        let unindent = { (text: String) in
            text.split(separator: "\n", omittingEmptySubsequences: false).map {
                $0.hasPrefix("    ") ? String($0.dropFirst(4)) : String($0)
            }.joined(separator: "\n")
        }
        let (from, to) = (unindent(old), unindent(new))
        let range = try #require(rightRobotFile.range(of: from))
        let text = rightRobotFile.replacingCharacters(in: range, with: to)
        #expect(brief(mistakes(inRobot: text)) == expected)
    }

    @Test("Every mistake of a file is reported at once, in the order of the lines")
    func all() {
        let text =
            rightRobotFile
            .replacingOccurrences(of: "command_rate_hz: 100", with: "command_rate_hz: x")
            .replacingOccurrences(of: "home_m: 0.3", with: "home_m: 9")
            .replacingOccurrences(of: "kind: absolute", with: "kind: relative")
            .replacingOccurrences(of: "tracking_ms: 100", with: "tracking_m: 100")
        let errors = mistakes(inRobot: text)
        #expect(errors.map(\.line) == [4, 16, 24, 37])
        #expect(
            errors.first?.description == """
                robots/test.yaml:4:18: error: command_rate_hz: expected a number, found "x"
                    command_rate_hz: x
                                     ^
                """)
    }

    @Test("An environment's own action must be reached in one command, and only that")
    func environmentAction() {
        let text =
            rightRobotFile
            .replacingOccurrences(of: "end_effector_pose", with: "environment_action")
            .replacingOccurrences(of: "velocity_per_s: 8", with: "velocity_per_s: 99")
            .replacingOccurrences(
                of: "velocity_m_s: 0.4\n    acceleration_m_s2: 4",
                with: "velocity_m_s: 40\n    acceleration_m_s2: 8000")
        #expect(
            brief(mistakes(inRobot: text)) == [
                "22:21 environment_action must reach any set-point in one command: at least 100",
                "23:26 environment_action must reach any set-point in one command: at least 20000",
            ])
    }

    @Test("An axis in degrees is found out by its numbers")
    func degrees() {
        let text =
            rightRobotFile
            .replacingOccurrences(
                of: "unit: m\n    lower_m: 0.1", with: "unit: rad\n    lower_m: -180"
            )
            .replacingOccurrences(of: "upper_m: 0.5", with: "upper_m: 180")
            .replacingOccurrences(of: "velocity_m_s: 0.4", with: "velocity_m_s: 90")
            .replacingOccurrences(of: "acceleration_m_s2: 4", with: "acceleration_m_s2: 400")
            .replacingOccurrences(of: "_m_s", with: "_rad_s").replacingOccurrences(
                of: "_m:", with: "_rad:")
        #expect(
            brief(mistakes(inRobot: text)) == [
                "10:16 a range of 360 rad is more than a full turn; are these degrees?",
                "11:21 90 rad/s is faster than any arm; are these degrees?",
            ])
    }

    @Test("More axes than the path can carry are refused when the file is read")
    func capacity() {
        let axis = rightRobotFile.split(separator: "\n")[17...27].joined(separator: "\n") + "\n"
        let text = rightRobotFile.replacingOccurrences(
            of: "features:\n", with: String(repeating: axis, count: 63) + "features:\n")
        #expect(
            mistakes(inRobot: text).map(\.message).first
                == "axes: 65 entries is out of range, must be 1 to 64")
    }
}
