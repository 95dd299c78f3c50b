import Bridge
import Embodiment

/// What a simulated robot does and where it listens.
public struct SimulationOptions: Sendable {
    /// Address to bind, `ipc://…` or `tcp://…`.
    public var endpoint: String
    /// What is to be done.
    public var task: SimulatedTask
    /// Where it works.
    public var variant: SimulatedVariant
    /// Robot time moves one period with each command, instead of with the wall clock.
    public var isLockstep: Bool
    /// Decides the boot number; start states follow from the seeds of `reset`.
    public var seed: UInt64
    /// Robot time a reset takes; in real time the answer takes as long, s.
    public var resetSeconds = SimulatedRobot.resetSeconds
    /// Scale of the scripted demonstrator's noise: 0 is perfect, 1 human-like.
    public var operatorNoise = 1.0
    /// The newest version of the slow path's messages that it speaks, of `Wire.versions`.
    public var wireVersion = Wire.versions.upperBound
    /// For encrypted connections; nil for addresses that only this machine reaches.
    public var keys: BridgeKeys?
    /// What goes wrong on purpose.
    public var faults: SimulationFaults

    /// A healthy robot.
    public init(
        endpoint: String, task: SimulatedTask = .cupToRack, variant: SimulatedVariant = .lab,
        isLockstep: Bool = true, seed: UInt64 = 0, faults: SimulationFaults = .init()
    ) {
        self.endpoint = endpoint
        self.task = task
        self.variant = variant
        self.isLockstep = isLockstep
        self.seed = seed
        self.faults = faults
    }
}

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
    /// The features keep their values of that tick; the positions do not.
    public var blindAfterTicks: UInt64?
    /// The second axis measures 5 cm more from here on, as with an encoder that slipped.
    public var slipAtTick: UInt64?
    /// Samples of these ticks are lost.
    public var lostTicks: Range<UInt64>?
    /// The bridge's clock jumps by this from that tick on, s.
    public var clockJump: (atTick: UInt64, seconds: Double)?
    /// Buttons that a person at the bridge presses, and from when until when.
    public var presses: [(ticks: Range<UInt64>, buttons: OperatorButtons)] = []

    /// No faults.
    public init() {}

    /// Names of `set`, for messages.
    public static let names = [
        "die", "silent", "freeze", "stall", "nan", "infinite", "drop", "delay", "reboot", "limp",
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
        default: return false
        }
        return true
    }
}
