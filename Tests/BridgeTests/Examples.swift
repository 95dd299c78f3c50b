import Bridge
import Embodiment
import Testing

#if canImport(Glibc)
    import Glibc
#endif

/// The values of the golden bytes in `WireFormat.md`.
enum Golden {
    static var sample: SensorSample {
        var sample = SensorSample(axes: 2, features: 1)
        sample.session = 0x0123_4567_89AB_CDEF
        sample.epoch = 3
        sample.sequence = 42
        sample.sendNanoseconds = 1_000_000_000
        sample.bootID = 0xFEDC_BA98_7654_3210
        sample.captureNanoseconds = 999_000_000
        sample.acknowledgedCommand = 41
        sample.episode = 7
        sample.isEnabled = true
        sample.hasOperatorAction = true
        sample.position = AxisVector([0.25, -1.5])
        sample.velocity = AxisVector([0.5, 0])
        sample.operatorAction = Action([1, -0.5])
        sample.features = FeatureVector([0.75])
        return sample
    }

    static var command: Command {
        var command = Command(axes: 2)
        command.session = 0x0123_4567_89AB_CDEF
        command.epoch = 3
        command.sequence = 43
        command.sendNanoseconds = 1_000_500_000
        command.validityMicroseconds = 50_000
        command.basedOnSample = 42
        command.position = AxisVector([0.5, -1.25])
        command.velocity = AxisVector([0.125, 0])
        return command
    }
}

extension SampleCodec {
    func bytes(_ sample: SensorSample) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: byteCount)
        let count = bytes.withUnsafeMutableBytes { encode(sample, into: $0) }
        #expect(count == byteCount)
        return bytes
    }

    func read(_ bytes: [UInt8]) throws(WireError) -> SensorSample {
        var sample = SensorSample(axes: axes, features: features)
        try bytes.withUnsafeBufferPointer { buffer throws(WireError) in
            try decode(UnsafeRawBufferPointer(buffer), into: &sample)
        }
        return sample
    }
}

extension CommandCodec {
    func bytes(_ command: Command) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: byteCount)
        let count = bytes.withUnsafeMutableBytes { encode(command, into: $0) }
        #expect(count == byteCount)
        return bytes
    }

    func read(_ bytes: [UInt8]) throws(WireError) -> Command {
        var command = Command(axes: axes)
        try bytes.withUnsafeBufferPointer { buffer throws(WireError) in
            try decode(UnsafeRawBufferPointer(buffer), into: &command)
        }
        return command
    }
}

/// A robot of `axes` axes, and the description a bridge of it would give.
func makeRobot(axes: Int = 2, features: Int = 1) -> RobotDescription {
    RobotDescription(
        name: "test-arm", summary: "for tests", controlSpace: .jointPosition, commandRateHz: 100,
        policyRateHz: 5,
        axes: (0..<axes).map {
            CommandAxis(
                name: "j\($0)", unit: .radian,
                limits: AxisLimits(lower: -1, upper: 1, velocity: 2, acceleration: 20),
                kind: .delta, actionLow: -0.1, actionHigh: 0.1, home: 0, trackingError: 0.2)
        }, features: (0..<features).map { ObservationFeature(name: "f\($0)", unit: .metre) },
        observation: ["j0"],
        timing: TimingLimits(
            observationHoldSeconds: 0.1, observationStopSeconds: 0.3,
            commandValiditySeconds: 0.05, trackingSeconds: 0.2))
}

func makeDescription(
    axes: Int = 2, features: Int = 1, isLockstep: Bool = true, version: Int = 2
) -> BridgeDescription {
    var description = BridgeDescription(
        robot: "test-arm", serial: "t-1", bootID: 0xFEDC_BA98_7654_3210, isLockstep: isLockstep,
        controlSpace: "joint_position", commandRateHz: 100, watchdogMilliseconds: 100,
        task: "nothing", hasOperator: false,
        axes: (0..<axes).map {
            .init(name: "j\($0)", unit: "rad", lower: -2, upper: 2, velocity: 3, acceleration: 30)
        }, features: (0..<features).map { .init(name: "f\($0)", unit: "m") })
    description.version = version
    return description
}

/// A socket path of its own for one test.
func makeAddress(_ name: String) -> String {
    "ipc:///tmp/hone-bridge-\(getpid())-\(name).sock"
}
