import Testing

@testable import Embodiment

@Suite("Fixed vectors")
struct FixedVectorsTests {
    @Test("What is put in comes out, for every count", arguments: 0...Capacity.axes)
    func axes(count: Int) {
        let values = (0..<count).map { Double($0) * 1.5 - 3 }
        let vector = AxisVector(values)
        #expect(vector.count == count && vector.values == values && vector.isFinite)
    }

    @Test("A feature vector holds up to its capacity", arguments: [0, 1, 39, 127, 128])
    func features(count: Int) {
        let values = (0..<count).map { Float($0) * 0.25 }
        let vector = FeatureVector(values)
        #expect(vector.count == count && vector.values == values && vector.isFinite)
    }

    @Test("One number that is not finite is found wherever it stands", arguments: 0..<Capacity.axes)
    func finite(index: Int) {
        for bad in [Double.nan, .infinity, -.infinity] {
            var vector = AxisVector(count: Capacity.axes)
            vector[index] = bad
            #expect(!vector.isFinite)
            var features = FeatureVector(count: Capacity.features)
            features[index * 16 + 15] = Float(bad)
            #expect(!features.isFinite)
        }
    }

    @Test("What is beyond the count is neither looked at nor compared")
    func beyond() {
        var vector = AxisVector(count: 2)
        vector[5] = .nan
        #expect(vector.isFinite && vector == AxisVector(count: 2))
    }

    @Test("Equality is of bits: NaN equals itself, zeros of other sign differ")
    func equality() {
        #expect(AxisVector([.nan]) == AxisVector([.nan]))
        #expect(AxisVector([0.0]) != AxisVector([-0.0]))
        #expect(AxisVector([1]) != AxisVector([1, 0]))
        #expect(FeatureVector([.nan]) == FeatureVector([.nan]))
        #expect(FeatureVector([1]) != FeatureVector([2]))
    }
}

@Suite("Names on the wire and in the log")
struct RawValueTests {
    @Test("Numbers that are stored never change")
    func numbers() {
        #expect(BridgeStop.allCases.map(\.rawValue) == [0, 1, 2, 3, 4, 5])
        #expect(ActionSource.allCases.map(\.rawValue) == [0, 1, 2])
        #expect(EpisodeOutcome.allCases.map(\.rawValue) == [0, 1, 2])
        #expect(EpisodePurpose.allCases.map(\.rawValue) == [0, 1, 2])
        #expect(EpisodePurpose.allCases.map(\.name) == ["demonstration", "evaluation", "training"])
    }

    @Test("Braking that takes for ever is counted all the same: a file's mistake can be told")
    func endlessBraking() {
        func ticks(velocity: Double, acceleration: Double, jerk: Double? = nil) -> Int {
            AxisLimits(
                lower: 0, upper: 1, velocity: velocity, acceleration: acceleration, jerk: jerk
            ).longestBraking(period: 0.01)
        }
        #expect(ticks(velocity: 0.4, acceleration: 4) == 11)
        #expect(ticks(velocity: 0.4, acceleration: 4, jerk: 60) == 26)
        #expect(ticks(velocity: 1e300, acceleration: 1e-300) == 1_000_000_000)
        #expect(ticks(velocity: 1e19, acceleration: 1) == 1_000_000_000)
        #expect(ticks(velocity: 1, acceleration: 1, jerk: 1e-19) == 1_000_000_000)
    }

    @Test("An axis is the tool's by name and unit, where the axes are the tool's")
    func roles() {
        func axis(_ name: String, _ unit: AxisUnit, gripper: Bool = false) -> CommandAxis {
            CommandAxis(
                name: name, unit: unit,
                limits: AxisLimits(lower: 0, upper: 1, velocity: 1, acceleration: 1),
                kind: .delta, actionLow: -1, actionHigh: 1, home: 0, trackingError: 1,
                gripper: gripper ? GripperLimits(dwellSeconds: 1) : nil)
        }
        let tools: [(String, AxisUnit, AxisRole)] = [
            ("x", .metre, .x), ("y", .metre, .y), ("z", .metre, .z), ("roll", .radian, .roll),
            ("pitch", .radian, .pitch), ("yaw", .radian, .yaw),
        ]
        for (name, unit, role) in tools {
            for other in AxisUnit.allCases {
                let found = AxisRole(of: axis(name, other), in: .endEffectorPose)
                #expect(found == (other == unit ? role : .other))
                #expect(AxisRole(of: axis(name, other), in: .environmentAction) == .other)
                let joint = AxisRole(of: axis(name, other), in: .jointPosition)
                #expect(joint == (other == .radian ? .joint : .other))
            }
            #expect(role.unit == unit)
        }
        for space in ControlSpace.allCases {
            #expect(AxisRole(of: axis("x", .metre, gripper: true), in: space) == .gripper)
        }
        for name in ["X", "x ", "", "joint", "gripper", "other"] {
            for unit in AxisUnit.allCases {
                #expect(AxisRole(of: axis(name, unit), in: .endEffectorPose) == .other)
            }
        }
    }

    @Test("A policy step is a whole number of commands")
    func ticks() {
        let timing = TimingLimits(
            observationHoldSeconds: 0.05, observationStopSeconds: 0.25,
            commandValiditySeconds: 0.05, trackingSeconds: 0.1)
        for (command, policy, ticks) in [
            (100.0, 5.0, 20), (80, 20, 4), (50, 50, 1), (30, 0.1, 300),
        ] {
            let robot = RobotDescription(
                name: "r", summary: "", controlSpace: .jointPosition, commandRateHz: command,
                policyRateHz: policy, axes: [], features: [], observation: [], timing: timing)
            #expect(robot.ticksPerStep == ticks && robot.tickSeconds == 1 / command)
        }
    }
}
