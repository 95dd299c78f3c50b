import Bridge
import Configuration
import Control
import Embodiment
import Simulation
import Testing

@testable import Driving
@testable import TestSupport

@Suite("Samples that are not those of the robot described", .byTheWallClock)
struct StrangeSamplesTests {
    /// A wire that changes every sample and seals it again.
    private func samples(
        _ change: @escaping @Sendable (inout SensorSample) -> Void
    ) -> ChaosProxy.Edit {
        let codec = SampleCodec(axes: 7, features: SimulatedAxes.features.count)
        return { message in
            guard message.direction == .toPeer, message.parts[0].first == UInt8(ascii: "H") else {
                return true
            }
            var sample = SensorSample(axes: codec.axes, features: codec.features)
            let isRead = message.parts[0].withUnsafeBytes { bytes in
                (try? codec.decode(bytes, into: &sample)) != nil
            }
            guard isRead else { return true }
            change(&sample)
            message.parts[0].withUnsafeMutableBytes { _ = codec.encode(sample, into: $0) }
            return true
        }
    }

    /// What beginning an episode ends with.
    private func error(of bench: RobotBench) -> RobotError? {
        do throws(RobotError) {
            try bench.begin()
            return nil
        } catch { return error }
    }

    @Test("A clock in milliseconds is told, not that no sample came")
    func milliseconds() throws {
        let bench = try RobotBench(
            .realtime,
            edit: samples { sample in
                sample.captureNanoseconds /= 1_000_000
                sample.sendNanoseconds /= 1_000_000
            })
        let found = try #require(error(of: bench))
        #expect("\(found)".contains("1e-6 s a second: milliseconds?"), "\(found)")
        #expect(found.exitCode == 69)
        bench.leave(after: found)
    }

    @Test("In lockstep too")
    func lockstep() throws {
        let bench = try RobotBench(
            .lockstep, edit: samples { $0.captureNanoseconds /= 1_000_000 })
        try bench.begin()
        _ = bench.moveUntilError(steps: 20)
        let complaint = try #require(bench.robot.takeComplaint())
        #expect("\(complaint)".contains("1e-6 s a second: milliseconds?"), "\(complaint)")
        #expect(bench.robot.takeComplaint() == nil)
        bench.leave(after: nil)
    }

    @Test("A robot that does not stay where it is commanded to is stopped before it is started")
    func drift() throws {
        let bench = try RobotBench(
            .realtime,
            edit: samples { $0.position[1] += 0.002 * Double($0.acknowledgedCommand) })
        let found = try #require(error(of: bench))
        #expect("\(found)".contains("commanded to stay, y moved"), "\(found)")
        bench.leave(after: found)
        #expect(bench.server.drive.isAtRest)
    }

    @Test("Samples of another layout are told, not that the bridge may be dead")
    func layout() throws {
        let bench = try RobotBench(.realtime) { message in
            if message.direction == .toPeer, message.parts[0].first == UInt8(ascii: "H") {
                // Eight bytes more than its axes and features need.
                message.parts[0] += [UInt8](repeating: 0, count: 8)
                let count = UInt32(message.parts[0].count)
                for byte in 0..<4 {
                    message.parts[0][40 + byte] = UInt8(truncatingIfNeeded: count >> (8 * byte))
                }
            }
            return true
        }
        let found = try #require(error(of: bench))
        let told = "\(found) \(bench.robot.takeComplaint().map { "\($0)" } ?? "")"
        #expect(told.contains("frames refused, last: a frame says"), "\(told)")
        #expect(told.contains("wanted for 7 axes and"), "\(told)")
        #expect(!told.contains("Is the bridge alive?"), "\(told)")
        bench.leave(after: found)
    }

    @Test("An operator's action beyond 1 is refused by name")
    func operatorScale() throws {
        let bench = try RobotBench(
            .lockstep,
            edit: samples { sample in
                sample.hasOperatorAction = true
                sample.operatorAction[2] = -1.5
            })
        let found = try #require(error(of: bench) ?? bench.moveUntilError(steps: 5))
        #expect(found.stopCause == .valueTooLarge, "\(found)")
        #expect("\(found)".contains("operator's action on axis z, -1.5, limit 1"), "\(found)")
        bench.leave(after: found)
    }
}
