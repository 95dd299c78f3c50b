import Bridge
import Configuration
import Embodiment
import Simulation
import Testing

@testable import Agent
@testable import Driving
@testable import TestSupport

@Suite("robots/sim-widowx.yaml")
struct SimulatedRobotFileTests {
    let robot: RobotDescription

    init() throws {
        robot = try RobotFile.read("sim-widowx", in: Project(root: HoneProgram.root))
    }

    @Test("Names, units, order and rates are the simulator's")
    func names() {
        #expect(robot.name == SimulatedAxes.robot)
        #expect(robot.controlSpace == SimulatedAxes.controlSpace)
        #expect(robot.commandRateHz == SimulatedAxes.commandRateHz)
        #expect(robot.axes.map(\.name) == SimulatedAxes.names)
        #expect(robot.axes.map(\.unit) == SimulatedAxes.units)
        #expect(robot.features == SimulatedAxes.features)
        #expect(robot.observation == SimulatedAxes.observation)
    }

    @Test("Limits are the recommended ones, within the hardware's", arguments: 0..<7)
    func limits(axis: Int) {
        let limits = robot.axes[axis].limits
        let hardware = SimulatedAxes.limits[axis]
        #expect(limits == SimulatedAxes.recommendedLimits[axis])
        #expect(limits.lower >= hardware.lower && limits.upper <= hardware.upper)
        #expect(limits.velocity <= hardware.velocity)
        #expect(limits.acceleration <= hardware.acceleration)
    }

    @Test("Actions, home and command validity are what the simulator expects", arguments: 0..<7)
    func actions(axis: Int) {
        let command = robot.axes[axis]
        let half = (command.actionHigh - command.actionLow) / 2
        #expect(abs(half - SimulatedAxes.actionScale[axis]) < 1e-12)
        #expect(command.kind == (axis < 6 ? .delta : .absolute))
        #expect(abs(command.home - SimulatedAxes.home[axis]) < 1e-12)
        #expect(
            robot.timing.commandValiditySeconds * 1000 <= SimulatedAxes.watchdogMilliseconds)
    }

    @Test("A handshake with the simulator finds no difference", arguments: [true, false])
    func handshake(isLockstep: Bool) {
        let description = SimulationServer.description(
            SimulationOptions(endpoint: "ipc:///tmp/unused", isLockstep: isLockstep), bootID: 1)
        #expect(description.differences(from: robot) == [])
    }
}

@Suite("robots/sim-mobile.yaml")
struct SimulatedMobileFileTests {
    @Test("A handshake with the simulator finds no difference", arguments: [true, false])
    func handshake(isLockstep: Bool) throws {
        let robot = try RobotFile.read("sim-mobile", in: Project(root: HoneProgram.root))
        let description = SimulationServer.description(
            SimulationOptions(
                endpoint: "ipc:///tmp/unused", isLockstep: isLockstep, body: .mobile), bootID: 1)
        #expect(description.differences(from: robot) == [])
        #expect(robot.features == SimulatedMobile.model.features)
        for (axis, own) in zip(robot.axes, SimulatedMobile.model.axes) {
            #expect(abs(axis.home - SimulatedMobile.model.home[0]) < 2 && axis.unit == own.unit)
        }
    }

    @Test("What differs of a velocity is named as its own")
    func differences() throws {
        var robot = try RobotFile.read("sim-mobile", in: Project(root: HoneProgram.root))
        robot.axes[0].limits.velocity = 3
        robot.axes[1].limits.acceleration = 400
        robot.axes[1].controlSpace = nil
        robot.axes[2].unit = .metre
        let description = SimulationServer.description(
            SimulationOptions(endpoint: "ipc:///tmp/unused", body: .mobile), bootID: 1)
        let found = description.differences(from: robot).joined(separator: "\n")
        for words in [
            "axis base_v: acceleration 3.0", "axis base_w: jerk 400.0",
            "axis base_w: control space: joint_position in the file, base_velocity at the bridge",
            "axis shoulder: unit: m in the file, rad at the bridge",
        ] { #expect(found.contains(words), "\(found)") }
    }
}
