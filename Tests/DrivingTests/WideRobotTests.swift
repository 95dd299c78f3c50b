import Embodiment
import Testing

@testable import Driving
@testable import TestSupport

@Suite("A robot of as many axes and numbers as there can be")
struct WideRobotTests {
    @Test("moves every axis, and every number arrives", arguments: [true, false])
    func wholeWay(isLockstep: Bool) throws {
        let made = try MadeRobot(
            MadeRobot.description(
                axes: Capacity.axes, features: Capacity.features, commandRateHz: 50,
                policyRateHz: 10), isLockstep: isLockstep)
        defer { made.end() }
        try made.begin()
        let outcomes = try made.move(steps: 4) { step in
            Action((0..<Capacity.axes).map { step < 3 ? Double($0 % 3 - 1) * 0.5 : 0 })
        }
        let last = try #require(outcomes.last).sample
        for axis in 0..<Capacity.axes {
            #expect(last.position[axis] * Double(axis % 3 - 1) >= 0, "axis \(axis)")
            #expect(abs(last.position[axis]) > 0.01 || axis % 3 == 1, "axis \(axis)")
        }
        for index in 0..<Capacity.features {
            let wanted = Float(index) + Float(last.position[index % Capacity.axes])
            #expect(last.features[index] == wanted, "feature \(index)")
        }
        #expect(made.robot.counters.stops == 0)
    }
}
