extension StopCause {
    /// What is done about it.
    public var severity: Severity {
        switch self {
        case .none: .none
        case .observationLate, .cameraFrozen, .sequenceGap, .tickLate, .holdRequested: .hold
        case .observationNotFinite, .actionNotFinite, .valueTooLarge, .bridgeReboot,
            .bridgeStopped, .bridgeClock, .tracking, .sensorFrozen, .encoderJump, .outOfLimits,
            .operatorStop, .tickGap, .holdTooLong, .resumeBudget, .force:
            .protectiveStop
        case .observationStale: .requestPowerOff
        case .agentFault, .clockRegression, .selfTest, .outputCheck: .fault
        }
    }

    /// What ends it.
    public var clearing: ClearRule {
        switch severity {
        case .none, .warn, .slow: .nothing
        case .hold: self == .holdRequested ? .start : .budget
        case .protectiveStop, .requestPowerOff: .acknowledge
        case .fault: .never
        }
    }
}
