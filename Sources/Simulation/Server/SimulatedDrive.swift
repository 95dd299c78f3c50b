import Embodiment

/// The robot's motion controller: follows what it is sent, checks it, and brakes by itself.
///
/// While valid commands arrive it follows them exactly, period by period, as far as its motors can:
/// where several periods' commands come at once it catches up at its own pace. Without one it brakes
/// with its own deceleration and holds. The first commands after a pause may start a little away
/// from where it holds (the agent knows only the measured pose): it closes that gap at its own
/// pace, and refuses a wider one. A value; one thread; allocates nothing after init.
public struct SimulatedDrive: Sendable {
    /// Where the arm is sent in this period.
    public private(set) var setPoint: AxisVector
    /// Speed of the set-point, unit/s.
    public private(set) var velocity: AxisVector
    /// Why it does not follow; `none` while it does.
    public private(set) var stop = BridgeStop.disabled
    /// The independent check of what arrives.
    public private(set) var checker: LimitChecker
    /// How often it braked because commands stopped coming.
    public private(set) var expiries: UInt64 = 0
    let limits: [AxisLimits]
    let period: Double
    /// Axes that are commanded by their velocity: what comes to rest is the set-point itself.
    let driving: [Bool]
    /// Largest gap that it closes by itself, per axis.
    let resumeTolerance: AxisVector
    private var target: AxisVector
    private var previousTarget: AxisVector
    private var hasCommand = false
    private var isCatchingUp = true

    /// A drive that holds `home` and obeys nobody yet.
    ///
    /// - Parameters:
    ///   - gripper: number of the gripper's axis, if there is one.
    ///   - driving: which axes are commanded by their velocity; none of them where it is empty.
    public init(
        limits: [AxisLimits], period: Double, home: AxisVector, gripper: Int? = nil,
        driving: [Bool] = []
    ) {
        self.driving = driving.isEmpty ? limits.map { _ in false } : driving
        self.limits = limits
        self.period = period
        setPoint = home
        target = home
        previousTarget = home
        velocity = AxisVector(count: home.count)
        checker = LimitChecker(limits: limits, period: period, position: home)
        var tolerance = AxisVector(count: home.count)
        for axis in 0..<home.count {
            // What it needs to brake from full speed, twice, and the sensors' precision.
            let limit = limits[axis]
            tolerance[axis] = limit.velocity * limit.velocity / limit.acceleration + 0.01
            // A velocity may have been anything when it braked, and any other is come to within its limits.
            if self.driving[axis] { tolerance[axis] = limit.upper - limit.lower }
        }
        // A gripper that holds something measures wider than it was commanded.
        if let gripper { tolerance[gripper] = 1 }
        resumeTolerance = tolerance
    }

    /// A commander has taken over: holds, ready to follow.
    public mutating func enable() {
        stop = .none
        hasCommand = false
        isCatchingUp = true
    }

    /// Brakes and stays so until enabled again.
    public mutating func halt(_ reason: BridgeStop) {
        stop = reason
        hasCommand = false
        isCatchingUp = true
    }

    /// Holds `home` at rest, as a new drive does, and goes on obeying the same commander.
    mutating func comeToRest(at home: AxisVector) {
        setPoint = home
        target = home
        previousTarget = home
        velocity = AxisVector(count: home.count)
        hasCommand = false
        isCatchingUp = true
    }

    /// Obeys a command that the gate has let through.
    ///
    /// - Returns: what it violates, if anything; a gross violation stops the robot.
    @discardableResult
    public mutating func obey(_ command: Command) -> LimitViolation? {
        guard stop == .none || stop == .watchdog else { return nil }
        guard command.position.isFinite else {
            halt(.fault)
            return nil
        }
        let isFirst = !hasCommand
        previousTarget = isFirst ? command.position : target
        target = command.position
        hasCommand = true
        stop = .none
        if isFirst {
            checker.rebase(target, sequence: command.sequence)
            for axis in 0..<target.count {
                let gap = abs(target[axis] - setPoint[axis])
                if gap > resumeTolerance[axis] {
                    halt(.limit)
                    return LimitViolation(
                        axis: axis, quantity: .position, asked: target[axis],
                        allowed: setPoint[axis])
                }
            }
            return nil
        }
        let violation = checker.check(target, sequence: command.sequence)
        if let violation, violation.isGross { halt(.limit) }
        return violation
    }

    /// One period: the set-point for the arm.
    ///
    /// - Parameter isCommandValid: whether the newest command may still be obeyed.
    public mutating func advance(isCommandValid: Bool) -> AxisVector {
        if stop == .none, hasCommand, !isCommandValid {
            stop = .watchdog
            expiries += 1
            hasCommand = false
            isCatchingUp = true
        }
        if stop == .none, hasCommand {
            follow()
        } else {
            brake()
        }
        return setPoint
    }

    /// Whether the set-point does not move.
    public var isAtRest: Bool {
        for axis in 0..<velocity.count where velocity[axis] != 0 { return false }
        for axis in 0..<driving.count where driving[axis] && setPoint[axis] != 0 { return false }
        return true
    }

    /// Whether the target is farther than one period takes it: commands were late, or it was.
    private var isBehind: Bool {
        for axis in 0..<setPoint.count {
            let reach = limits[axis].velocity * period * (1 + LimitChecker.slack)
            if abs(target[axis] - setPoint[axis]) > reach { return true }
        }
        return false
    }

    private mutating func follow() {
        if isBehind { isCatchingUp = true }
        guard isCatchingUp else {
            for axis in 0..<setPoint.count {
                velocity[axis] = (target[axis] - setPoint[axis]) / period
            }
            setPoint = target
            return
        }
        // The target's own speed, and on top of it what closes the gap without overshoot: the
        // speed from which it still suffices to brake, √(Ad), at most the gap in one period.
        var isThere = true
        for axis in 0..<setPoint.count {
            let limit = limits[axis]
            let gap = previousTarget[axis] - setPoint[axis]
            let closing = min((limit.acceleration * abs(gap)).squareRoot(), abs(gap) / period)
            let wanted =
                (target[axis] - previousTarget[axis]) / period + (gap < 0 ? -closing : closing)
            let change = limit.acceleration * period
            let low = max(-limit.velocity, velocity[axis] - change)
            let high = min(limit.velocity, velocity[axis] + change)
            velocity[axis] = max(low, min(high, wanted))
            setPoint[axis] += velocity[axis] * period
            if abs(target[axis] - setPoint[axis]) > 1e-9 { isThere = false }
        }
        if isThere { isCatchingUp = false }
        previousTarget = target
    }

    /// One period of a velocity on its way to 0: its change may itself change by no more than the limit.
    private mutating func slow(_ axis: Int, _ limit: AxisLimits) {
        let speed = abs(setPoint[axis])
        let most = min((limit.acceleration * speed).squareRoot(), speed / period)
        let wanted = setPoint[axis] < 0 ? most : -most
        let change = limit.acceleration * period
        let low = max(-limit.velocity, velocity[axis] - change)
        let high = min(limit.velocity, velocity[axis] + change)
        velocity[axis] = max(low, min(high, wanted))
        let next = setPoint[axis] + velocity[axis] * period
        setPoint[axis] = abs(next) < 1e-12 ? 0 : next
    }

    private mutating func brake() {
        for axis in 0..<setPoint.count {
            let limit = limits[axis]
            if driving[axis] {
                slow(axis, limit)
                continue
            }
            let change = min(abs(velocity[axis]), limit.acceleration * period)
            velocity[axis] -= velocity[axis] < 0 ? -change : change
            let next = setPoint[axis] + velocity[axis] * period
            setPoint[axis] = max(limit.lower, min(limit.upper, next))
        }
    }
}
