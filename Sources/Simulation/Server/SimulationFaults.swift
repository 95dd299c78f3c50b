import Bridge
import Embodiment

/// Faults to inject, each from a tick counted since the robot started; nil never happens.
public struct SimulationFaults: Sendable {
    /// The server returns at once, as a killed process would.
    public var dieAfterTicks: UInt64?
    /// No more samples; commands are still obeyed.
    public var silentAfterTicks: UInt64?
    /// Samples keep their values of that tick while their sequence advances.
    public var freezeAfterTicks: UInt64?
    /// Samples repeat that tick's sequence too.
    public var stallAfterTicks: UInt64?
    /// One sample has a position that is not a number.
    public var notANumberAtTick: UInt64?
    /// One sample has an infinite feature.
    public var infiniteFeatureAtTick: UInt64?
    /// Every sample with a number divisible by this is not sent.
    public var dropEvery: UInt64?
    /// In real time, samples leave this many periods late.
    public var delayTicks: UInt64?
    /// The robot reports a new boot number from here on, as after a restart.
    public var rebootAtTick: UInt64?
    /// The arm ignores its commands from here on and sinks, as with drives without power.
    public var limpAfterTicks: UInt64?
    /// The force sensor's bias grows from here on, by 1 N/s up to 7 N.
    public var biasAfterTicks: UInt64?
    /// Something hits the arm: 60 N for 100 ms, as the force sensor feels it.
    public var blowAtTick: UInt64?
    /// The features keep their values of that tick; the positions do not.
    public var blindAfterTicks: UInt64?
    /// The second axis measures 5 cm more from here on, as with an encoder that slipped.
    public var slipAtTick: UInt64?
    /// In real time the commander is sent samples without a pause from here on, as by a loop that does not sleep.
    public var floodAfterTicks: UInt64?
    /// How many a second, where the machine and the wire take so many.
    public var floodHz: UInt64 = 40_000
    /// Samples of these ticks are lost.
    public var lostTicks: Range<UInt64>?
    /// The bridge's clock jumps by this from that tick on, s.
    public var clockJump: (atTick: UInt64, seconds: Double)?
    /// The bridge's machine is suspended just before that tick.
    public var suspendAtTick: UInt64?
    /// Buttons that a person at the bridge presses, and from when until when.
    public var presses: [(ticks: Range<UInt64>, buttons: OperatorButtons)] = []

    /// No faults.
    public init() {}

    /// For how long.
    static let suspension = Duration.seconds(7380)

    /// Names of `set`, for messages.
    public static let names = [
        "die", "silent", "freeze", "stall", "nan", "infinite", "drop", "delay", "reboot", "limp",
        "bias", "blow", "suspend", "flood", "flood-hz",
    ]

    /// Sets a fault by its name, as in `--fault silent=300`; false when there is none of that name.
    public mutating func set(_ name: String, to value: UInt64) -> Bool {
        switch name {
        case "die": dieAfterTicks = value
        case "silent": silentAfterTicks = value
        case "freeze": freezeAfterTicks = value
        case "stall": stallAfterTicks = value
        case "nan": notANumberAtTick = value
        case "infinite": infiniteFeatureAtTick = value
        case "drop": dropEvery = value
        case "delay": delayTicks = value
        case "reboot": rebootAtTick = value
        case "limp": limpAfterTicks = value
        case "bias": biasAfterTicks = value
        case "blow": blowAtTick = value
        case "suspend": suspendAtTick = value
        case "flood": floodAfterTicks = value
        case "flood-hz": floodHz = max(1, value)
        default: return false
        }
        return true
    }
}
