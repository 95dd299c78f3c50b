import Embodiment
import Testing

@testable import Configuration

/// A base and an arm: line numbers below count in this text.
private let rightMobile = """
    schema: robot/1
    summary: A test
    control_space: joint_position
    command_rate_hz: 100
    policy_rate_hz: 5
    axes:
      - name: drive
        unit: m/s
        kind: velocity
        control_space: base_velocity
        lower_m_s: -0.2
        upper_m_s: 0.5
        acceleration_m_s2: 1
        jerk_m_s3: 10
        action_low_m_s: -0.2
        action_high_m_s: 0.4
        tracking_error_m_s: 0.1
        measured_acceleration_m_s2: 3
      - name: turn
        unit: rad/s
        kind: velocity
        control_space: base_velocity
        lower_rad_s: -1
        upper_rad_s: 1
        acceleration_rad_s2: 2
        jerk_rad_s3: 20
        action_low_rad_s: -1
        action_high_rad_s: 1
        tracking_error_rad_s: 0.3
      - name: elbow
        unit: rad
        kind: absolute
        lower_rad: -1
        upper_rad: 1
        velocity_rad_s: 1
        acceleration_rad_s2: 5
        action_low_rad: -1
        action_high_rad: 1
        home_rad: 0.3
        tracking_error_rad: 0.3
    features: [{name: a, unit: m}]
    observation: [drive, elbow, a]
    timing:
      observation_hold_ms: 50
      observation_stop_ms: 250
      command_validity_ms: 50
      tracking_ms: 100

    """

@Suite("Axes that are commanded by their velocity, in files")
struct VelocityAxisTests {
    private func read(_ text: String) throws -> RobotDescription {
        let diagnostics = Diagnostics()
        let source = diagnostics.addSource(path: "robots/test.yaml", text: text)
        let root = try #require(YAMLReader.read(source: source, diagnostics: diagnostics))
        let robot = RobotFile.decode(root, name: "test", diagnostics: diagnostics)
        return try #require(robot, "\(diagnostics.errors)")
    }

    @Test(
        "A base and an arm in one robot become their values, one derivative up, with rest and home 0"
    )
    func value() throws {
        let robot = try read(rightMobile)
        let drive = robot.axes[0]
        #expect(drive.isVelocity && drive.unit == .metrePerSecond && drive.home == 0)
        #expect(
            drive.limits
                == AxisLimits(lower: -0.2, upper: 0.5, velocity: 1, acceleration: 10, jerk: nil))
        #expect(drive.actionHigh == 0.4 && drive.measuredVelocity == 3)
        #expect(robot.axes[1].unit == .radianPerSecond)
        #expect(robot.space(ofAxis: 0) == .baseVelocity && robot.space(ofAxis: 2) == .jointPosition)
        #expect(robot.role(ofAxis: 1) == .other && robot.role(ofAxis: 2) == .joint)
        #expect(!robot.axes[2].isVelocity && robot.axes[2].controlSpace == nil)
    }

    @Test("The mobile robot of the simulator is one")
    func shipped() throws {
        let robot = try RobotFile.read("sim-mobile", in: project)
        #expect(robot.axes.map(\.isVelocity) == [true, true, false, false])
        #expect(ConfigurationChecker.questions(about: robot).isEmpty)
    }

    @Test(
        "Each mistake is reported once, at its place, in words",
        arguments: [
            (
                "kind: velocity\n    control_space: base_velocity\n    lower_m_s",
                "kind: absolute\n    control_space: base_velocity\n    lower_m_s",
                [
                    "9:11 what is commanded in m/s is a velocity, and absolute would keep its last one on "
                        + "hold and stop: the robot would drive on; kind: velocity comes to rest"
                ]
            ),
            (
                "kind: absolute", "kind: velocity",
                [
                    "31:11 kind velocity is of an axis that is commanded in m/s or rad/s, not in rad"
                ]
            ),
            (
                "upper_m_s: 0.5", "upper_m_s: -0.1",
                [
                    "12:16 upper_m_s -0.1 leaves no rest: a velocity is held and stopped at 0, which must lie "
                        + "within its limits and its action box"
                ]
            ),
            (
                "action_low_m_s: -0.2", "action_low_m_s: 0.1",
                [
                    "15:21 action_low_m_s 0.1 leaves no rest: a velocity is held and stopped at 0, which must lie "
                        + "within its limits and its action box"
                ]
            ),
            (
                "    jerk_m_s3: 10\n", "", ["7:5 missing key \"jerk_m_s3\" in axes[0]"]
            ),
            (
                "jerk_m_s3: 10", "jerk_m_s3: 200",
                [
                    "14:16 jerk_m_s3 200 reaches acceleration_m_s2 1 within one command period; at most 100"
                ]
            ),
            (
                "tracking_error_m_s: 0.1", "tracking_error_m_s: 0.1\n    home_m_s: 0",
                ["18:5 unknown key \"home_m_s\"; known here: "]
            ),
            (
                "upper_m_s: 0.5", "velocity_m_s: 0.5",
                ["12:5 unknown key \"velocity_m_s\"; did you mean \"upper_m_s\"?"]
            ),
            (
                "acceleration_m_s2: 1", "acceleration_rad_s2: 1",
                ["13:5 unknown key \"acceleration_rad_s2\"; did you mean \"acceleration_m_s2\"?"]
            ),
            (
                "upper_m_s: 0.5", "upper_m_s: 500",
                ["12:16 500 m/s; are these millimetres?"]
            ),
            (
                "control_space: base_velocity\n    lower_m_s", "lower_m_s",
                [
                    "9:11 a velocity is commanded only to what may go anywhere: control_space: base_velocity in "
                        + "this axis; in joint_position nothing would keep its place within limits"
                ]
            ),
            (
                "kind: absolute", "kind: absolute\n    control_space: base_velocity",
                [
                    "33:20 base_velocity is of axes of kind velocity, in m/s or rad/s; an axis in rad says its "
                        + "own, such as control_space: joint_position"
                ]
            ),
            (
                "kind: absolute", "kind: absolute\n    control_space: environment_action",
                ["33:20 environment_action is of a whole robot, not of one of its axes"]
            ),
        ] as [(String, String, [String])])
    func mistake(old: String, new: String, expected: [String]) {
        let text = rightMobile.replacing(old, with: new, maxReplacements: 1)
        #expect(text != rightMobile)
        let found = brief(mistakes(inRobot: text))
        #expect(found.count == expected.count, "\(found)")
        for (one, other) in zip(found, expected) { #expect(one.hasPrefix(other), "\(one)") }
    }

    @Test("Who calls a position like a velocity is asked, and who does not is not")
    func questions() throws {
        for (name, isAsked) in [
            ("base_vx", true), ("left_wheel_vel", true), ("linear_velocity", true),
            ("angular-speed", true), ("omega", true), ("elbow", false), ("linear_rail", false),
            ("shovel", false), ("v-slide", true),
        ] {
            let robot = try read(rightMobile.replacing("elbow", with: name))
            let questions = ConfigurationChecker.questions(about: robot)
            #expect(questions.isEmpty == !isAsked, "\(name): \(questions)")
        }
    }

    @Test("A step's limit that leaves little of an action is asked about")
    func steps() throws {
        var robot = try RobotFile.read("sim-widowx", in: project)
        let reach = try #require(robot.axes.first { $0.name == "x" }).actionHigh
        robot.task.stepTranslation = reach
        #expect(ConfigurationChecker.questions(about: robot).isEmpty)
        robot.task.stepTranslation = reach / 4
        let questions = ConfigurationChecker.questions(about: robot)
        #expect(questions.count == 3)
        #expect(questions.allSatisfy { $0.contains("step.translation_m leaves") }, "\(questions)")
    }

    @Test("A person reads how far a base still goes: the way, not the change of its speed")
    func summary() throws {
        let robot = try read(rightMobile)
        // From 0.5 m/s at 1 m/s² and 10 m/s³, speeding up as hard as still ends there: some 0.19 m.
        let braking = StoppingDistance.braking(of: robot.axes[0], robot: robot)
        #expect(braking > 0.15 && braking < 0.25, "\(braking)")
        let bound = StoppingDistance.bound(of: robot.axes[0], robot: robot)
        #expect(bound > braking + 0.5 * 0.06 && bound < braking + 0.15, "\(bound)")
        let text = ConfigurationChecker.stoppingSummary(of: robot)
        let line = text.split(separator: "\n").first { $0.hasPrefix("  drive ") } ?? ""
        #expect(line.contains("m/s") && line.contains("-0.2 … 0.5  –         1 "), "\(line)")
    }
}
