import Embodiment

/// Notices a measured position that changes faster than the robot can move.
///
/// A new episode may begin anywhere: its first sample is compared with nothing. A value; the
/// tick's thread; no allocation.
struct EncoderJump: Sendable {
    /// What was found.
    struct Finding: Sendable, Equatable {
        /// The axis that jumped.
        var axis: Int
        /// By how much, axis unit.
        var change: Double
        /// What it could have moved at most, axis unit.
        var limit: Double
    }

    /// What is kept of a sample.
    private struct Seen: Sendable {
        var position: AxisVector
        var episode: UInt32
        var bootID: UInt64
        var sequence: UInt64
        var captureNanoseconds: UInt64
    }

    private var last = Seen(
        position: AxisVector(count: 0), episode: 0, bootID: 0, sequence: 0, captureNanoseconds: 0)
    private var isBegun = false

    /// Nothing has been seen.
    init() {}

    /// Takes the next sample, finite.
    mutating func take(_ sample: @_addressable SensorSample, robot: RobotDescription) -> Finding? {
        defer {
            last.position.take(sample.position)
            last.episode = sample.episode
            last.bootID = sample.bootID
            last.sequence = sample.sequence
            last.captureNanoseconds = sample.captureNanoseconds
            isBegun = true
        }
        guard isBegun, last.episode == sample.episode, last.bootID == sample.bootID else {
            return nil
        }
        // By number or by clock, whichever is more: samples may be lost, and may be late.
        let count = Double(sample.sequence &- last.sequence)
        var seconds = count * robot.tickSeconds
        if sample.captureNanoseconds > last.captureNanoseconds {
            let elapsed = Double(sample.captureNanoseconds - last.captureNanoseconds) * 1e-9
            if elapsed > seconds { seconds = elapsed }
        }
        if seconds > robot.timing.observationStopSeconds {
            seconds = robot.timing.observationStopSeconds
        }
        for index in 0..<robot.axes.count where robot.axes[index].mustFollow {
            let change = abs(sample.position[index] - last.position[index])
            let axis = robot.axes[index]
            var limit = DetectionLimits.jumpFactor * axis.measuredVelocity * seconds
            // A velocity is measured with noise: it may be as far off as while it follows.
            if axis.isVelocity { limit += axis.trackingError }
            if change > limit { return Finding(axis: index, change: change, limit: limit) }
        }
        return nil
    }
}
