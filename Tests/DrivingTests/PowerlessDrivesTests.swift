import Bridge
import Configuration
import Control
import Embodiment
import Platform
import Simulation
import Testing

@testable import Driving
@testable import TestSupport

/// A robot whose drives lose their power while it moves: it hangs where it was, and sinks.
///
/// Two detectors see that, and which is first depends on where the arm was in its motion: one that is
/// commanded away from where it hangs is soon too far from its command; one that is commanded back past it
/// stands still. How long the arm may hang unnoticed is the same for both.
@Suite("Drives without power", .byTheWallClock)
struct PowerlessDrivesTests {
    /// Ticks of two seconds: from the loss of power to the stop.
    private static let patience: UInt64 = 200
    private static let causes: Set<StopCause> = [.motionless, .tracking]

    /// The bench moves to and fro with a period of 14 policy steps, 280 ticks: all of it.
    private static let moments = Array(stride(from: 500 as UInt64, to: 780, by: 20))

    private static func faults(at moment: UInt64) -> SimulationFaults {
        var faults = SimulationFaults()
        faults.limpAfterTicks = moment
        return faults
    }

    @Test("In lockstep they are found in less than 2 s, wherever the arm is", arguments: moments)
    func lockstep(moment: UInt64) throws {
        let bench = try RobotBench(.lockstep, faults: Self.faults(at: moment))
        try bench.begin()
        let error = try #require(bench.moveUntilError())
        let cause = try #require(error.stopCause, "\(error)")
        #expect(Self.causes.contains(cause), "\(error)")
        #expect(error.exitCode == 70 && bench.robot.counters.stops == 1)
        expectAtRest(bench, bench.leave(after: error))
        // What the robot needed to brake is in it.
        let ticks = bench.server.statistics.ticks
        #expect(ticks > moment && ticks - moment < Self.patience, "\(ticks - moment) ticks")
    }

    /// What the samples on the wire tell of a motion; written by the wire's thread.
    private final class Seen: Sendable {
        struct Motion {
            var place = 0.0
            /// When it was last elsewhere, and the newest sample, by the robot's clock, ns.
            var moved: UInt64 = 0
            var newest: UInt64 = 0
        }
        let motion = Guarded(Motion())

        /// - Parameter sideways: the axis of the motion, m.
        func take(_ sideways: Double, at capture: UInt64) {
            motion.withLock { motion in
                motion.newest = capture
                guard abs(sideways - motion.place) > 1e-4 else { return }
                (motion.place, motion.moved) = (sideways, capture)
            }
        }
    }

    /// The time goes from the last motion, which was before the power went.
    @Test(
        "In real time they are found in less than 2 s", arguments: [500, 580, 660, 740] as [UInt64])
    func realtime(moment: UInt64) throws {
        let seen = Seen()
        let codec = SampleCodec(
            axes: SimulatedAxes.names.count, features: SimulatedAxes.features.count)
        let bench = try RobotBench(
            .realtime, faults: Self.faults(at: moment),
            edit: { message in
                guard message.direction == .toPeer else { return true }
                var sample = SensorSample(axes: codec.axes, features: codec.features)
                let isRead = message.parts[0].withUnsafeBytes { bytes in
                    (try? codec.decode(bytes, into: &sample)) != nil
                }
                if isRead { seen.take(sample.position[1], at: sample.captureNanoseconds) }
                return true
            })
        try bench.begin()
        let error = try #require(bench.moveUntilError())
        let motion = seen.motion.withLock { $0 }
        let cause = try #require(error.stopCause, "\(error)")
        #expect(Self.causes.contains(cause), "\(error)")
        #expect(error.exitCode == 70)
        let end = bench.leave(after: error)
        #expect(bench.robot.counters.stops == 1)
        expectAtRest(bench, end)
        try #require(motion.moved > 0 && motion.newest > motion.moved)
        let seconds = Double(motion.newest - motion.moved) * 1e-9
        #expect(seconds < 2, "\(error)")
    }

    private func expectAtRest(_ bench: RobotBench, _ end: SimulationEnd?) {
        #expect(end == .requested)
        #expect(bench.server.drive.isAtRest && bench.server.drive.stop == .disabled)
        #expect(bench.server.statistics.violations == 0)
    }
}
