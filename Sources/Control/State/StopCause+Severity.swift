extension StopCause {
    /// What is done about it.
    public var severity: Severity {
        switch self {
        case .none: .none
        case .observationLate, .cameraFrozen, .sequenceGap, .tickLate, .holdRequested,
            .acknowledgementLag, .damagedFrames, .clampShare, .chatter, .logBlocked,
            .memory:
            .hold
        case .observationNotFinite, .actionNotFinite, .valueTooLarge, .bridgeReboot,
            .bridgeStopped, .bridgeClock, .tracking, .sensorFrozen, .encoderJump, .outOfLimits,
            .operatorStop, .tickGap, .holdTooLong, .resumeBudget, .force, .motionless, .suspended,
            .sampleFlood:
            .protectiveStop
        case .observationStale, .samplesRepeated: .requestPowerOff
        case .agentFault, .clockRegression, .selfTest, .outputCheck, .brakeRamp: .fault
        }
    }

    /// What ends it.
    public var clearing: ClearRule {
        switch severity {
        case .none, .warn, .slow: .nothing
        case .hold:
            switch self {
            // What a person wants, or has to see to.
            case .holdRequested, .logBlocked, .memory: .start
            default: .budget
            }
        case .protectiveStop, .requestPowerOff: .acknowledge
        case .fault: .never
        }
    }

    /// Whether what is measured still tells where the robot is and that it follows its commands.
    ///
    /// False where the cause itself says otherwise: how such a robot brakes, nobody can tell.
    var leavesMeasurements: Bool {
        switch self {
        case .observationNotFinite, .valueTooLarge, .bridgeReboot, .bridgeStopped, .bridgeClock,
            .sensorFrozen, .encoderJump, .outOfLimits, .suspended:
            false
        default: true
        }
    }
}
