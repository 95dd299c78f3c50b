import Embodiment

/// Time budgets, detectors and slower machines: `timing` and `degraded` of a robot's file.
extension RobotFile {
    /// Time budgets with their block.
    struct DecodedTiming {
        var block: Block
        var value: TimingLimits
    }

    static func decodeTiming(_ block: Block?) -> DecodedTiming? {
        guard let block else { return nil }
        let hold = block.number(
            "observation_hold_ms", .above(0, upTo: 10_000),
            "a sample older than this brakes and holds the robot; at least 3 T")
        let stop = block.number(
            "observation_stop_ms", .above(0, upTo: 60_000), "a sample older than this stops it")
        let validity = block.number(
            "command_validity_ms", .above(0, upTo: 1000),
            "for so long the bridge obeys a command; at least 3 T, at most its watchdog")
        let tracking = block.number(
            "tracking_ms", .above(0, upTo: 10_000),
            "how long a tracking error may last before it is a stop")
        let detectors = decodeDetectors(block)
        block.reportKeys()
        guard let hold, let stop, let validity, let tracking else { return nil }
        var value = TimingLimits(
            observationHoldSeconds: hold / 1000, observationStopSeconds: stop / 1000,
            commandValiditySeconds: validity / 1000, trackingSeconds: tracking / 1000)
        detectors(&value)
        return DecodedTiming(block: block, value: value)
    }

    static func decodeDegraded(_ block: Block?) -> DegradedSpeeds {
        var speeds = DegradedSpeeds()
        guard let block else { return speeds }
        block.update(
            &speeds.reduced, "rt1_speed_share", .above(0, upTo: 1),
            "share of the speed limits at RT1")
        speeds.poor = block.number(
            "rt2_speed_share", .above(0, upTo: 1), "share of the speed limits at RT2",
            isRequired: false, absent: "the robot does not start")
        block.reportKeys()
        return speeds
    }

    /// What a robot may state beside the mandatory budgets; defaults are `DetectionLimits`'.
    private static func decodeDetectors(_ block: Block) -> (inout TimingLimits) -> Void {
        typealias Usual = DetectionDefaults
        func seconds(
            _ key: String, upTo most: Double, _ about: String, absent: String
        ) -> Double? {
            block.number(
                key, .above(0, upTo: most), about, isRequired: false, absent: absent
            ).map { $0 / 1000 }
        }
        func count(
            _ key: String, _ range: ClosedRange<Int>, _ about: String, absent: Int
        ) -> Int? {
            block.integer(key, range, about, isRequired: false, absent: "\(absent)")
        }
        let tickHold = seconds(
            "tick_hold_ms", upTo: 10_000, "a tick so much too late holds the robot",
            absent: "\(NumberRange.write(Usual.tickHoldPeriods)) T")
        let tickStop = seconds(
            "tick_stop_ms", upTo: 60_000, "a tick so much too late stops it",
            absent: "\(NumberRange.write(Usual.tickStopPeriods)) T")
        let missing = count(
            "missing_samples", 0...1000, "more samples missing in a row hold it",
            absent: Usual.missingSamples)
        let frozen = count(
            "frozen_samples", 2...1000,
            "so many samples of the same positions, to the bit, while the command moves stop it",
            absent: Usual.frozenSamples)
        let camera = seconds(
            "camera_hold_ms", upTo: 10_000,
            "features that are the same, to the bit, for so long while the command moves hold it",
            absent: "never")
        let jump = seconds(
            "clock_jump_ms", upTo: 10_000, "the bridge's clock off by more stops it",
            absent: "`observation_hold_ms`")
        let lag = count(
            "acknowledgement_commands", 1...1000,
            "commands by which the bridge may acknowledge later than at its best, else it is held",
            absent: Usual.acknowledgementCommands)
        let damaged = count(
            "damaged_frames", 1...1000, "so many unreadable frames in a row hold it",
            absent: Usual.damagedFrames)
        let actions = decodeJudgements(block)
        return { timing in
            timing.tickHoldSeconds = tickHold
            timing.tickStopSeconds = tickStop
            timing.missingSamples = missing
            timing.frozenSamples = frozen
            timing.cameraHoldSeconds = camera
            timing.clockJumpSeconds = jump
            timing.acknowledgementCommands = lag
            timing.damagedFrames = damaged
            actions(&timing)
        }
    }

    /// How actions and braking are judged.
    private static func decodeJudgements(_ block: Block) -> (inout TimingLimits) -> Void {
        typealias Usual = DetectionDefaults
        func number(
            _ key: String, _ range: NumberRange, _ about: String, absent: Double
        ) -> Double? {
            block.number(
                key, range, about, isRequired: false, absent: NumberRange.write(absent))
        }
        let action = number(
            "action_ms", .closed(100, 10_000), "over how long a policy's actions are judged",
            absent: 1000 * Usual.actionSeconds)
        let clamp = number(
            "clamp_share", .above(0, upTo: 1),
            "a larger share of its actions cut by limits holds the robot", absent: Usual.clampShare)
        let chatter = number(
            "chatter_share", .above(0, upTo: 1),
            "a larger share of its steps in which an axis turns round holds the robot",
            absent: Usual.chatterShare)
        let brake = number(
            "brake_factor", .above(1, upTo: 10),
            "a braking robot that goes farther than so many ways of its command is a fault",
            absent: Usual.brakeFactor)
        return { timing in
            timing.actionSeconds = action.map { $0 / 1000 }
            timing.clampShare = clamp
            timing.chatterShare = chatter
            timing.brakeFactor = brake
        }
    }
}
