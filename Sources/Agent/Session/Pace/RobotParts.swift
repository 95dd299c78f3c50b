import Bridge
import Driving
import Embodiment
import Platform

/// What a robot is made of.
struct RobotParts {
    /// Who it is.
    var description: RobotDescription
    /// Leads to its bridge.
    var client: BridgeClient
    /// Of this connection, not 0.
    var session: UInt64
    /// How long the bridge may take.
    var patience: BridgePatience
    /// Ends what it does.
    var interrupt: Interrupt
    /// Where a person's requests come from.
    var desk: OperatorDesk
    /// Of its speed limits.
    var speedShare: Double
    /// A person starts it.
    var isHeld: Bool
}
