import Bridge
import Report
import Simulation

/// What `hone sim` was asked for, as the words of its command line.
public struct SimulationRequest: Sendable {
    /// Address to bind.
    public var endpoint: String
    /// A task of a `SimulatedBody`.
    public var task: String
    /// A `SimulatedVariant`.
    public var variant: String
    /// Scale of the demonstrator's noise.
    public var noise: Double
    /// Seed of the simulator.
    public var seed: UInt64
    /// Time moves with commands instead of the clock.
    public var isLockstep: Bool
    /// Robot time that a reset takes, s; nil for a person's.
    public var resetSeconds: Double?
    /// It has a force sensor.
    public var hasWrench = false
    /// File with the simulator's own secret key; with it connections are encrypted.
    public var secretKey: String?
    /// File with the public keys that are admitted.
    public var allowed: String?
    /// What goes wrong on purpose, each `name=tick`.
    public var faults: [String]

    /// Creates a request.
    public init(
        endpoint: String, task: String, variant: String, noise: Double, seed: UInt64,
        isLockstep: Bool, resetSeconds: Double? = nil, faults: [String] = []
    ) {
        self.endpoint = endpoint
        self.task = task
        self.variant = variant
        self.noise = noise
        self.seed = seed
        self.isLockstep = isLockstep
        self.resetSeconds = resetSeconds
        self.faults = faults
    }
}
