import Bridge
import Embodiment

/// What a simulated robot does and where it listens.
public struct SimulationOptions: Sendable {
    /// Address to bind, `ipc://…` or `tcp://…`.
    public var endpoint: String
    /// Which robot, and what is to be done with it.
    public var body: SimulatedBody
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
    /// Whether it says that somebody can demonstrate.
    public var hasOperator = true
    /// The newest version of the slow path's messages that it speaks, of `Wire.versions`.
    public var wireVersion = Wire.versions.upperBound
    /// Whether it has a force sensor.
    public var hasWrench = false
    /// For encrypted connections; nil for addresses that only this machine reaches.
    public var keys: BridgeKeys?
    /// What goes wrong on purpose.
    public var faults: SimulationFaults

    /// What the robot says about itself.
    public var model: SimulatedModel {
        switch body {
        case .arm: .arm(hasWrench: hasWrench)
        case .mobile: SimulatedMobile.model
        }
    }

    /// A healthy robot.
    ///
    /// - Parameter body: another robot than the arm that does `task`.
    public init(
        endpoint: String, task: SimulatedTask = .cupToRack, variant: SimulatedVariant = .lab,
        isLockstep: Bool = true, seed: UInt64 = 0, faults: SimulationFaults = .init(),
        body: SimulatedBody? = nil
    ) {
        self.endpoint = endpoint
        self.body = body ?? .arm(task)
        self.variant = variant
        self.isLockstep = isLockstep
        self.seed = seed
        self.faults = faults
    }
}
