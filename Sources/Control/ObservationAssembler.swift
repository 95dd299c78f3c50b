import Embodiment

/// Sample → observation: the named scalars the policy sees, calibrated, in the robot's order.
///
/// Built once; `assemble` may be called from any thread and does not allocate.
public struct ObservationAssembler: Sendable {
    private enum Source {
        case axis(Int)
        case feature(Int)
    }

    private let sources: [Source]
    private let offsets: [Double]

    /// How many scalars an observation has.
    public var count: Int { sources.count }

    /// Resolves the robot's observation names once.
    ///
    /// - Precondition: every name is an axis or a feature (`Configuration` has checked it).
    public init(robot: RobotDescription, calibration: Calibration) {
        var sources: [Source] = []
        var offsets: [Double] = []
        for name in robot.observation {
            if let index = robot.axes.firstIndex(where: { $0.name == name }) {
                sources.append(.axis(index))
                offsets.append(calibration.axisOffsets[name] ?? 0)
            } else if let index = robot.features.firstIndex(where: { $0.name == name }) {
                sources.append(.feature(index))
                offsets.append(calibration.featureOffsets[name] ?? 0)
            } else {
                preconditionFailure("observation \(name) is neither an axis nor a feature")
            }
        }
        self.sources = sources
        self.offsets = offsets
    }

    /// The policy's view of `sample`, raw units.
    public func assemble(_ sample: SensorSample) -> Observation {
        var observation = Observation(count: sources.count)
        for index in 0..<sources.count {
            switch sources[index] {
            case .axis(let axis):
                observation[index] = Float(sample.position[axis] + offsets[index])
            case .feature(let feature):
                observation[index] = sample.features[feature] + Float(offsets[index])
            }
        }
        return observation
    }
}
