import Embodiment
import Platform

/// Watches what is known of the world and decides whether the robot may move.
///
/// Owned by the tick; one thread; no allocation. Kinematic excess is not its business: the limiter
/// makes that impossible. A latched cause stays until `acknowledge()`.
public struct Guardian: Sendable {
    private let robot: RobotDescription
    private var bootID: UInt64?
    private var lastSequence: UInt64 = 0
    private var lastFresh: MonotonicTime?
    private var trackingSince: MonotonicTime?

    /// The latched verdict, cause `.none` while nothing is latched.
    public private(set) var latched = SafetyVerdict()
    /// How often a hold began.
    public private(set) var holds = 0
    private var isHolding = false

    /// Nothing is known yet: until the first sample the robot may not move.
    public init(robot: RobotDescription) { self.robot = robot }

    /// Takes note of a newly arrived sample.
    ///
    /// - Returns: false for a duplicate or an older one, which is ignored.
    public mutating func admit(_ sample: SensorSample, at now: MonotonicTime) -> Bool {
        if let bootID, bootID != sample.bootID {
            latch(.bridgeReboot)
            return false
        }
        if bootID != nil, sample.sequence <= lastSequence { return false }
        bootID = sample.bootID
        lastSequence = sample.sequence
        lastFresh = now
        if !sample.position.isFinite || !sample.velocity.isFinite || !sample.features.isFinite {
            latch(.observationNotFinite)
        }
        return true
    }

    /// Age of the newest sample, ns; 0 before the first.
    public func age(at now: MonotonicTime) -> UInt64 {
        guard let lastFresh, now > lastFresh else { return 0 }
        return now.nanoseconds - lastFresh.nanoseconds
    }

    /// Judges one tick.
    ///
    /// - Parameters:
    ///   - sample: the newest admitted sample.
    ///   - command: the last commanded position.
    ///   - now: time of the tick.
    ///   - moving: commands are meant to be followed (not before `start`).
    public mutating func judge(
        sample: SensorSample?, command: AxisVector, now: MonotonicTime, moving: Bool
    ) -> SafetyVerdict {
        if latched.cause != .none { return latched }
        guard let sample, let lastFresh else {
            var verdict = SafetyVerdict()
            verdict.cause = .observationLate
            return verdict
        }
        let age = now.seconds(since: lastFresh)
        if age > robot.timing.observationStopSeconds {
            return latch(.observationStale, value: age, limit: robot.timing.observationStopSeconds)
        }
        if moving, sample.stop != .none, sample.stop != .watchdog {
            return latch(.bridgeStopped, value: Double(sample.stop.rawValue))
        }
        if moving, let verdict = judgeTracking(sample: sample, command: command, now: now) {
            return verdict
        }
        if age > robot.timing.observationHoldSeconds {
            if !isHolding { holds += 1 }
            isHolding = true
            var verdict = SafetyVerdict()
            verdict.cause = .observationLate
            verdict.value = age
            verdict.limit = robot.timing.observationHoldSeconds
            return verdict
        }
        isHolding = false
        return SafetyVerdict()
    }

    private mutating func judgeTracking(
        sample: SensorSample, command: AxisVector, now: MonotonicTime
    ) -> SafetyVerdict? {
        for index in 0..<robot.axes.count {
            let error = abs(command[index] - sample.position[index])
            guard error > robot.axes[index].trackingError else { continue }
            let since = trackingSince ?? now
            trackingSince = since
            guard now.seconds(since: since) > robot.timing.trackingSeconds else { return nil }
            return latch(
                .tracking, axis: index, value: error, limit: robot.axes[index].trackingError)
        }
        trackingSince = nil
        return nil
    }

    /// Latches `cause` unless an earlier one is latched already.
    @discardableResult
    public mutating func latch(
        _ cause: StopCause, axis: Int = -1, value: Double = 0, limit: Double = 0
    ) -> SafetyVerdict {
        guard latched.cause == .none else { return latched }
        latched.cause = cause
        latched.axis = Int8(axis)
        latched.value = value
        latched.limit = limit
        return latched
    }

    /// A person has read the cause; motion may begin again with a new epoch.
    public mutating func acknowledge() {
        latched = SafetyVerdict()
        bootID = nil
        lastFresh = nil
        trackingSince = nil
        isHolding = false
    }
}
