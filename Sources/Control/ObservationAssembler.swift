import Embodiment

/// Sample → observation: the named scalars the policy sees, calibrated, in the robot's order.
///
/// Built once; `assemble` may be called from any thread and does not allocate.
public struct ObservationAssembler: Sendable {
    private let sources: [ObservedNumber]
    private let offsets: [Double]

    /// How many scalars an observation has.
    public var count: Int { sources.count }

    /// Resolves the robot's observation names once.
    ///
    /// - Precondition: every name is an axis, its velocity or a feature (`Configuration` has checked it).
    public init(robot: RobotDescription, calibration: Calibration) {
        var sources: [ObservedNumber] = []
        var offsets: [Double] = []
        for name in robot.observation {
            guard let source = robot.observed(name) else {
                preconditionFailure("observation \(name) is neither an axis nor a feature")
            }
            sources.append(source)
            switch source {
            case .position: offsets.append(calibration.axisOffsets[name] ?? 0)
            case .feature: offsets.append(calibration.featureOffsets[name] ?? 0)
            // An offset is of a place.
            case .velocity: offsets.append(0)
            }
        }
        self.sources = sources
        self.offsets = offsets
    }

    /// The policy's view of `sample`, raw units.
    public func assemble(_ sample: @_addressable SensorSample) -> Observation {
        var observation = Observation(count: sources.count)
        for index in 0..<sources.count {
            switch sources[index] {
            case .position(let axis):
                observation[index] = Float(sample.position[axis] + offsets[index])
            case .velocity(let axis):
                observation[index] = Float(sample.velocity[axis])
            case .feature(let feature):
                observation[index] = sample.features[feature] + Float(offsets[index])
            }
        }
        return observation
    }
}
