import Embodiment
import Platform

/// What the guardian makes of the robot's motion and of what a policy asks of it.
extension Guardian {
    /// A policy's next step; see `ActionWatch.take`.
    mutating func take(
        _ action: @_addressable Action, wish: @_addressable AxisVector,
        target: @_addressable AxisVector
    ) {
        actions.take(action, wish: wish, target: target, robot: robot)
    }

    /// How long the machine was suspended in all: what it was since the last tick is a stop, in real time.
    ///
    /// - Returns: how long that was; nil where it was not.
    mutating func take(suspended total: Duration) -> Duration? {
        guard watchesClocks, let found = suspensions.take(total) else { return nil }
        find(.suspended, value: found.inSeconds)
        return found
    }

    /// Frames from the bridge could not be read, so many in a row.
    mutating func judgeDamage(_ count: Int) {
        guard count >= limits.damagedFrames else { return }
        find(
            .damagedFrames, value: Double(count), limit: Double(limits.damagedFrames),
            seconds: Double(count) * robot.tickSeconds)
    }

    /// What only means something while the robot is commanded to be somewhere.
    mutating func judgeMotion() -> Bool {
        switch machine.state {
        case .active, .hold:
            if let outside = placeOutside(by: 1) { return findOutside(outside) }
        case .recovery: break
        case .standby
        where (!machine.needsOperator || machine.awaitsStart) && facts.contains(.isFresh):
            // The first start: a robot that stands outside its limits is told so.
            if let outside = placeOutside(by: DetectionLimits.inPlaceShare) {
                return findOutside(outside)
            }
            return false
        default: return false
        }
        if let found = detectors.tracking.take(
            measured: measured, command: command, robot: robot, now: time)
        {
            find(
                .tracking, axis: found.axis, value: found.error,
                limit: robot.axes[found.axis].trackingError, seconds: found.seconds)
            return true
        }
        return judgeFrozen() || judgeStandstill() || judgeLag() || judgeActions()
    }

    /// The worst that an axis was behind its command since this was asked, where a person should know
    /// of it; by the wall clock only: in lockstep there is no drive that gets weaker.
    mutating func takeTrackingWarning() -> TrackingLag? {
        let gripper = detectors.standstill.takeWarning()
        let warning = detectors.tracking.takeWarning() ?? gripper
        return watchesClocks ? warning : nil
    }

    /// A robot that does not move although it is commanded to; where its measurements do not change in a
    /// bit they are what has failed.
    private mutating func judgeStandstill() -> Bool {
        guard isMeasuredAnew else { return false }
        isMeasuredAnew = false
        guard
            let found = detectors.standstill.take(
                measured: measured, command: command, robot: robot)
        else { return false }
        if found.isFrozen {
            find(
                .sensorFrozen, value: (found.seconds / robot.tickSeconds).rounded(),
                limit: Double(limits.frozenSamples), seconds: found.seconds)
        } else {
            find(
                .motionless, axis: found.axis, value: found.way, limit: found.limit,
                seconds: found.seconds)
        }
        return true
    }

    private mutating func judgeFrozen() -> Bool {
        let period = robot.tickSeconds
        if detectors.frozen.positions >= limits.frozenSamples {
            find(
                .sensorFrozen, value: Double(detectors.frozen.positions),
                limit: Double(limits.frozenSamples),
                seconds: Double(detectors.frozen.positions) * period)
            return true
        }
        let seconds = Double(detectors.frozen.cameras) * period
        if let limit = limits.cameraHoldSeconds, seconds > limit {
            find(.cameraFrozen, value: seconds, limit: limit, seconds: seconds)
            return true
        }
        return false
    }

    /// Commands that are carried out later and later, or never, although samples are fresh.
    private mutating func judgeLag() -> Bool {
        let late = Double(detectors.lag.samples) * robot.tickSeconds
        // What has never been acknowledged has longer: how long its way is nobody knows yet.
        let silent = Double(detectors.lag.silentSamples) * robot.tickSeconds
        let isSilent = silent > robot.timing.observationStopSeconds
        guard isSilent || late > robot.timing.observationHoldSeconds else { return false }
        let seconds = isSilent ? silent : late
        find(
            .acknowledgementLag, value: Double(detectors.lag.commands),
            limit: Double(limits.acknowledgementCommands), seconds: seconds)
        return true
    }

    /// Share that limits cut of all components of the last seconds' actions, 0…1; 0 until a policy has
    /// acted for so long, and in lockstep.
    ///
    /// The thread that ticks; no allocation.
    public var clampShare: Double { watchesClocks ? actions.clampShare : 0 }

    /// A policy that does not act on what it sees, for real time only: in lockstep it moves nothing but
    /// a simulator, and may begin as untrained as it likes.
    ///
    /// Held, it has a new beginning: it goes on when the hold ends, as often as the budget allows.
    private mutating func judgeActions() -> Bool {
        guard watchesClocks else { return false }
        let clamped = clampShare
        if clamped > limits.clampShare {
            find(
                .clampShare, value: clamped, limit: limits.clampShare,
                seconds: limits.actionSeconds)
            actions.restart()
            return true
        }
        guard let found = actions.chatter(over: limits.chatterShare) else { return false }
        find(
            .chatter, axis: found.axis, value: found.share, limit: limits.chatterShare,
            seconds: limits.actionSeconds)
        actions.restart()
        return true
    }

    /// Whether the robot slows down as it is commanded to, where its measurements can be believed.
    mutating func judgeBraking(velocity: @_addressable AxisVector) {
        guard isMeasured else { return }
        defer { isNew = false }
        let isHeld = machine.state == .hold || machine.state == .protectiveStop
        if let found = detectors.brake.take(
            isBraking: isHeld && machine.cause.leavesMeasurements, measured: measured,
            isNew: isNew, command: command, velocity: velocity, factor: limits.brakeFactor,
            robot: robot,
            now: time)
        {
            find(
                .brakeRamp, axis: found.axis, value: found.way, limit: found.limit,
                seconds: found.seconds)
        }
    }

    /// A measurement with every velocity at its rest.
    func atRest(_ measured: AxisVector) -> AxisVector {
        var place = measured
        for index in 0..<robot.axes.count where robot.axes[index].isVelocity { place[index] = 0 }
        return place
    }

    private mutating func findOutside(_ outside: Outside) -> Bool {
        guard isMeasured else { return false }
        find(
            .outOfLimits, axis: outside.axis, value: measured[outside.axis],
            limit: outside.nearest)
        return true
    }

    /// An axis of a robot that stands outside its limits: the box, the planes or the tilt.
    struct Outside: Sendable {
        /// Which one.
        var axis: Int
        /// Its place in the nearest position within all limits; its own where there is none.
        var nearest: Double
    }

    /// The first axis measured farther outside the robot's limits than a share of its tracking error.
    @_addressableSelf func placeOutside(by share: Double) -> Outside? {
        guard isMeasured else { return nil }
        if !motionLimits.isCoupled {
            for index in 0..<robot.axes.count where robot.axes[index].mustFollow {
                let nearest = motionLimits.within(index, measured[index])
                if abs(measured[index] - nearest) > share * robot.axes[index].trackingError {
                    return Outside(axis: index, nearest: nearest)
                }
            }
            return nil
        }
        guard let nearest = motionLimits.nearest(measured) else {
            return Outside(axis: motionLimits.x, nearest: measured[motionLimits.x])
        }
        for index in 0..<robot.axes.count where robot.axes[index].mustFollow {
            let way = abs(measured[index] - nearest[index])
            if way > share * robot.axes[index].trackingError {
                return Outside(axis: index, nearest: nearest[index])
            }
        }
        return nil
    }

    /// Whether two positions differ by no more than a share of each axis' tracking error.
    @_addressableSelf func isNear(
        _ one: @_addressable AxisVector, _ other: @_addressable AxisVector, share: Double
    ) -> Bool {
        for index in 0..<robot.axes.count where robot.axes[index].mustFollow {
            if abs(one[index] - other[index]) > share * robot.axes[index].trackingError {
                return false
            }
        }
        return true
    }
}
