import Embodiment
import Platform

extension Guardian {
    /// Takes note of a newly arrived sample.
    ///
    /// - Parameters:
    ///   - now: when it arrived.
    ///   - overtaken: samples that arrived since the last one and were overtaken by this one.
    ///   - sent: sequence of the last command that was made.
    /// - Returns: false for one that is not to be used: a duplicate or an older one, one of another
    ///   epoch or boot, one with an impossible number.
    public mutating func admit(
        _ sample: @_addressable SensorSample, at now: MonotonicTime, overtaken: UInt64 = 0,
        sent: UInt64 = 0
    ) -> Bool {
        note(now)
        if isSomebodyElses(sample) { return false }
        isNamed = isNamed || sample.session == session
        if let bootID, bootID != sample.bootID {
            restart(with: sample)
            find(.bridgeReboot)
            return false
        }
        if bootID != nil, sample.sequence <= lastSequence {
            lastRepeated = now
            return false
        }
        bootID = sample.bootID
        lastSequence = sample.sequence
        take(sample.buttons)
        guard admitNumbers(of: sample) else { return false }
        lastFresh = now
        if watchesClocks { compareClocks(sample, arrival: now) }
        if freshSince == nil { freshSince = now }
        let missing = detectors.gaps.take(sample.sequence, overtaken: overtaken)
        if missing > limits.missingSamples {
            find(
                .sequenceGap, value: Double(missing), limit: Double(limits.missingSamples),
                seconds: Double(missing) * robot.tickSeconds)
        }
        if let found = detectors.jump.take(sample, robot: robot) {
            find(
                .encoderJump, field: .position, axis: found.axis, value: found.change,
                limit: found.limit)
        }
        detectors.frozen.take(sample, isMoving: isMoving, isDriving: isDriving)
        detectors.lag.take(
            acknowledged: sample.acknowledgedCommand, sent: sent,
            limit: limits.acknowledgementCommands)
        measured.take(sample.position)
        isMeasured = true
        isMeasuredAnew = true
        isNew = true
        return true
    }

    /// What the bridge sent before it took the new epoch says nothing of this one, nor does what it sends while its
    /// robot obeys somebody else: this agent is an onlooker then, to whom no session is named.
    private func isSomebodyElses(_ sample: @_addressable SensorSample) -> Bool {
        sample.session == session ? sample.epoch != epoch : isNamed && sample.isEnabled
    }

    /// Sees a sample that a newer one has overtaken before a tick could look: only what must not be missed.
    ///
    /// - Returns: whether it is one of this epoch and boot, and newer than those before it.
    mutating func glance(at sample: @_addressable SensorSample, at now: MonotonicTime) -> Bool {
        note(now)
        // Whoever pressed it meant it, whatever else is wrong with the sample.
        if sample.buttons.contains(.stop) { find(.operatorStop) }
        if isSomebodyElses(sample) { return false }
        guard bootID == sample.bootID, sample.sequence > lastSequence else { return false }
        take(sample.buttons)
        return true
    }

    /// Another bridge process answers: nothing that was known of the old one holds.
    private mutating func restart(with sample: @_addressable SensorSample) {
        bootID = sample.bootID
        lastSequence = sample.sequence
        lastFresh = time
        buttons = nil
        forgetBridge()
    }

    // MARK: Buttons

    /// A person's buttons at the bridge: stop while pressed, the others when they go down.
    private mutating func take(_ pressed: OperatorButtons) {
        // What is pressed in the first sample may have been so for days: it is no act.
        let new = pressed.subtracting(buttons ?? .all)
        buttons = pressed
        if pressed.contains(.stop) {
            find(.operatorStop)
            return
        }
        if new.contains(.hold) {
            _ = answer(.hold, by: .operator, at: time)
            return
        }
        let challenge = machine.challenge
        if new.contains(.acknowledge) {
            _ = answer(.acknowledge(machine.cause, challenge: challenge), by: .operator, at: time)
        } else if new.contains(.start) {
            _ = answer(.start(challenge: challenge), by: .operator, at: time)
        } else if new.contains(.recover) {
            _ = answer(.recover(challenge: challenge), by: .operator, at: time)
        }
    }

    // MARK: Numbers

    private mutating func admitNumbers(of sample: @_addressable SensorSample) -> Bool {
        for index in 0..<robot.axes.count {
            guard admit(sample.position[index], .position, index),
                admit(sample.velocity[index], .velocity, index),
                admit(sample.operatorAction[index], .operatorAction, index),
                admitScale(of: sample, index)
            else { return false }
        }
        for index in 0..<sample.features.count {
            guard admit(Double(sample.features[index]), .feature, index) else { return false }
        }
        return true
    }

    private mutating func admit(_ value: Double, _ field: SampleField, _ index: Int) -> Bool {
        guard value.isFinite else {
            find(.observationNotFinite, field: field, axis: index, value: value)
            return false
        }
        guard abs(value) <= DetectionLimits.largest else {
            find(
                .valueTooLarge, field: field, axis: index, value: value,
                limit: DetectionLimits.largest)
            return false
        }
        return true
    }

    /// An operator's action beyond −1…1 is in units, or of a scale, that were never agreed on.
    private mutating func admitScale(of sample: @_addressable SensorSample, _ index: Int) -> Bool {
        guard sample.hasOperatorAction, abs(sample.operatorAction[index]) > Self.largestAction
        else {
            return true
        }
        find(
            .valueTooLarge, field: .operatorAction, axis: index,
            value: sample.operatorAction[index], limit: 1)
        return false
    }

    /// 1, and what rounding to 32 bits makes of it.
    private static let largestAction = 1 + 1e-6

    // MARK: Clocks

    private mutating func compareClocks(
        _ sample: @_addressable SensorSample, arrival: MonotonicTime
    ) {
        let limit = limits.clockJumpSeconds
        switch detectors.sampleClock.take(
            capture: sample.captureNanoseconds, arrival: arrival, limit: Int64(limit * 1e9))
        {
        case .late(let nanoseconds):
            // As old as its way was longer than the fastest, and no younger than the bridge says itself.
            let declared = declaredAge(of: sample)
            let age = nanoseconds > declared ? nanoseconds : declared
            lastFresh = arrival.advanced(byNanoseconds: -age)
        case .back(let nanoseconds):
            find(.bridgeClock, value: -Double(nanoseconds) * 1e-9, limit: limit)
        case .ahead(let nanoseconds):
            find(.bridgeClock, value: Double(nanoseconds) * 1e-9, limit: limit)
        }
    }
    /// From reading the sensors to sending, by the bridge's own clock, ns.
    @_addressableSelf private func declaredAge(of sample: @_addressable SensorSample) -> Int64 {
        guard sample.sendNanoseconds > sample.captureNanoseconds else { return 0 }
        return Int64(clamping: sample.sendNanoseconds - sample.captureNanoseconds)
    }
}
