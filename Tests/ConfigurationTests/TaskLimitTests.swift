import Embodiment
import Foundation
import Testing

@testable import Configuration

/// A tool with every limit there is: line numbers below count in this text.
private let right = """
    schema: robot/1
    summary: A test
    control_space: end_effector_pose
    command_rate_hz: 100
    policy_rate_hz: 5
    scaling: per_axis
    axes:
      - {name: x, unit: m, lower_m: -0.5, upper_m: 0.5, velocity_m_s: 0.4, acceleration_m_s2: 4, jerk_m_s3: 60,
        kind: delta, action_low_m: -0.05, action_high_m: 0.05, home_m: 0.3, tracking_error_m: 0.1}
      - {name: y, unit: m, lower_m: -0.5, upper_m: 0.5, velocity_m_s: 0.4, acceleration_m_s2: 4,
        kind: delta, action_low_m: -0.05, action_high_m: 0.05, home_m: 0, tracking_error_m: 0.1}
      - {name: z, unit: m, lower_m: 0, upper_m: 0.5, velocity_m_s: 0.4, acceleration_m_s2: 4,
        kind: delta, action_low_m: -0.05, action_high_m: 0.05, home_m: 0.2, tracking_error_m: 0.1}
      - {name: roll, unit: rad, lower_rad: -1, upper_rad: 1, velocity_rad_s: 2, acceleration_rad_s2: 20,
        kind: delta, action_low_rad: -0.2, action_high_rad: 0.2, home_rad: 0.3, tracking_error_rad: 0.1}
      - {name: pitch, unit: rad, lower_rad: -1, upper_rad: 1, velocity_rad_s: 2, acceleration_rad_s2: 20,
        kind: delta, action_low_rad: -0.2, action_high_rad: 0.2, home_rad: 0.4, tracking_error_rad: 0.1}
      - {name: yaw, unit: rad, lower_rad: -1, upper_rad: 1, velocity_rad_s: 2, acceleration_rad_s2: 20,
        kind: delta, action_low_rad: -0.2, action_high_rad: 0.2, home_rad: 0, tracking_error_rad: 0.1}
      - {name: gripper, unit: 1, lower: 0, upper: 1, velocity_per_s: 8, acceleration_per_s2: 200,
        kind: absolute, action_low: 0, action_high: 1, home: 1, tracking_error: 1.1,
        gripper: {dwell_ms: 200}}
    features:
      - {name: fx, unit: N}
      - {name: fy, unit: N}
      - {name: load, unit: 1}
    observation: [x, y, z]
    timing:
      observation_hold_ms: 50
      observation_stop_ms: 250
      command_validity_ms: 50
      tracking_ms: 100
    tool:
      speed_m_s: 0.5
      tilt_rad: 0.6
      planes:
        - {normal: [0, 3, 4], offset_m: 0.2}
        - {normal: [1, 0, 0], offset_m: 0.35}
    step: {translation_m: 0.06, rotation_rad: 0.3}
    force: {features: [fx, fy], contact_n: 15, stop_n: 30, absolute_n: 60, filter_hz: 30}

    """

@Suite("Limits of a robot's file that hold for several axes")
struct TaskLimitTests {
    private func decode(_ text: String) throws -> (robot: RobotDescription?, errors: [String]) {
        let diagnostics = Diagnostics()
        let source = diagnostics.addSource(path: "robots/test.yaml", text: text)
        let root = try #require(YAMLReader.read(source: source, diagnostics: diagnostics))
        let robot = RobotFile.decode(root, name: "test", diagnostics: diagnostics)
        return (robot, brief(diagnostics.errors))
    }

    @Test("A right file becomes its value")
    func value() throws {
        let (found, errors) = try decode(right)
        #expect(errors == [])
        let robot = try #require(found)
        #expect(robot.scaling == .perAxis)
        #expect(robot.axes.map(\.limits.jerk) == [60, nil, nil, nil, nil, nil, nil])
        #expect(robot.axes.map(\.gripper?.dwellSeconds).compactMap { $0 } == [0.2])
        var task = TaskLimits()
        task.toolSpeed = 0.5
        task.tilt = 0.6
        task.stepTranslation = 0.06
        task.stepRotation = 0.3
        task.planes = [
            HalfSpace(normal: [0, 0.6, 0.8], offset: 0.2),
            HalfSpace(normal: [1, 0, 0], offset: 0.35),
        ]
        task.force = ForceLimits(
            features: ["fx", "fy"], contact: 15, stop: 30, absolute: 60, filterHz: 30)
        #expect(robot.task == task)
        #expect(ConfigurationChecker.stoppingSummary(of: robot).contains("jerk /s³"))
    }

    @Test(
        "Each mistake is reported in words, at its place",
        arguments: [
            ("scaling: per_axis", "scaling: axis", "6:10", "per_axis"),
            ("jerk_m_s3: 60", "jerk_rad_s3: 60", "8:", "did you mean \"jerk_m_s3\""),
            ("jerk_m_s3: 60", "jerk_m_s3: 0", "8:", "more than 0"),
            ("jerk_m_s3: 60", "jerk_m_s3: 900", "8:", "limits nothing; at most 800"),
            ("jerk_m_s3: 60", "jerk_m_s3: 1.2", "8:", "more than 512 that can be rolled out"),
            ("dwell_ms: 200", "dwel_ms: 200", "22:", "did you mean \"dwell_ms\""),
            ("speed_m_s: 0.5", "speed_m_s: 0", "34:", "more than 0"),
            ("  tilt_rad: 0.6", "  tilt_rad: 0.45", "35:", "home is tilted by 0.5 rad"),
            ("[0, 3, 4]", "[0, 3]", "37:", "2 entries"),
            ("[0, 3, 4]", "[0, up, 4]", "37:", "a number, found \"up\""),
            ("[0, 3, 4]", "[0, 0, 0]", "37:", "must not be zero"),
            ("offset_m: 0.35", "offset_m: 0.25", "38:", "home is 0.05 m beyond this plane"),
            ("name: yaw", "name: turn", "39:", "the axes roll, pitch, yaw with unit rad"),
            (
                "rotation_rad: 0.3}", "joint_rad: 0.3}", "39:",
                "joint_rad needs control_space joint_position"
            ),
            ("[fx, fy]", "[fx, load]", "40:", "\"load\" is not a feature with unit N"),
            ("[fx, fy]", "[fx, fz]", "40:", "\"fz\" is not a feature with unit N"),
            ("stop_n: 30", "stop_n: 10", "40:", "contact_n must be below stop_n"),
            (", filter_hz: 30", "", "40:", "missing key \"filter_hz\""),
        ])
    func mistakes(old: String, new: String, place: String, words: String) throws {
        try #require(right.contains(old))
        let (robot, errors) = try decode(right.replacingOccurrences(of: old, with: new))
        #expect(robot == nil)
        #expect(
            errors.contains { $0.hasPrefix(place) && $0.contains(words) }, "\(new): \(errors)")
    }

    @Test("Without them nothing holds, and axes keep their way")
    func absent() throws {
        var text = right.components(separatedBy: "tool:")[0]
        text = text.replacingOccurrences(of: "scaling: per_axis\n", with: "")
        text = text.replacingOccurrences(of: ", jerk_m_s3: 60", with: "")
        let (robot, errors) = try decode(text)
        #expect(errors == [])
        #expect(robot?.task == TaskLimits() && robot?.scaling == .pathPreserving)
        #expect(robot?.axes[0].limits.jerk == nil)
    }
}
