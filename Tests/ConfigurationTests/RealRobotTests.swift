import Embodiment
import Foundation
import Testing

@testable import Configuration

/// What real robots have and simulated ones do not.
@Suite("Files of real robots")
struct RealRobotTests {
    /// Joint 1 of a UR: the file of an arm whose axes turn once each way.
    private func turning(_ lower: String, _ upper: String, tracking: String = "0.3") -> String {
        rightRobotFile
            .replacingOccurrences(
                of: "unit: m\n    lower_m: 0.1", with: "unit: rad\n    lower_m: \(lower)"
            )
            .replacingOccurrences(of: "upper_m: 0.5", with: "upper_m: \(upper)")
            .replacingOccurrences(of: "velocity_m_s: 0.4", with: "velocity_m_s: 3.14")
            .replacingOccurrences(of: "acceleration_m_s2: 4", with: "acceleration_m_s2: 10")
            .replacingOccurrences(of: "error_m: 0.1", with: "error_m: \(tracking)")
            .replacingOccurrences(of: "_m_s", with: "_rad_s").replacingOccurrences(
                of: "_m:", with: "_rad:")
    }

    @Test(
        "Joints that turn once each way are taken as they are, those that turn further asked about")
    func turns() throws {
        let arm = try RobotFile.read(
            text: turning("-6.283185307179586", "6.283185307179586"), named: "ur")
        #expect(arm.axes[0].limits.upper == 2 * Double.pi)
        #expect(RobotQuestions.of(arm) == [])
        let wrist = try RobotFile.read(text: turning("-7.85", "7.85"), named: "wrist")
        #expect(
            RobotQuestions.of(wrist) == [
                "axis x: a range of 15.7 rad is 2.5 turns; are these degrees?"
            ])
        // Nobody follows half a turn behind: that a joint may is said in degrees.
        #expect(
            brief(mistakes(inRobot: turning("-180", "180", tracking: "5"))) == [
                "10:16 a range of 360 rad is more than a full turn; are these degrees?"
            ])
        #expect(RobotQuestions.of(try RobotFile.read(text: rightRobotFile, named: "a")) == [])
    }

    @Test("Every unit of a feature is read and written, and is a key's ending of its own")
    func units() throws {
        var keys: Set<String> = []
        for unit in AxisUnit.allCases {
            let text = rightRobotFile.replacingOccurrences(of: "unit: N", with: "unit: \"\(unit)\"")
            let robot = try RobotFile.read(text: text, named: "a")
            #expect(robot.features[1].unit == unit && robot.unit(of: "load") == unit.rawValue)
            #expect(keys.insert(unit.position("load")).inserted)
        }
    }

    @Test("The measured velocity of an axis is observed by its name, in its unit")
    func velocities() throws {
        let text = rightRobotFile.replacingOccurrences(
            of: "[x, cup.x, load]", with: "[x, x.velocity, gripper.velocity, load]")
        let robot = try RobotFile.read(text: text, named: "a")
        #expect(robot.observation.map(robot.unit(of:)) == ["m", "m/s", "1/s", "N"])
        #expect(robot.observed("x.velocity") == .velocity(axis: 0))
        #expect(robot.span(of: "x.velocity") == 0.8)
        // A feature of that name is the feature.
        let own = text.replacingOccurrences(of: "name: load", with: "name: x.velocity")
            .replacingOccurrences(of: ", load]", with: "]")
        #expect(try RobotFile.read(text: own, named: "a").observed("x.velocity") == .feature(1))
    }
}
