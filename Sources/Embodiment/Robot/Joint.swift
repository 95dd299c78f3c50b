/// One joint of the arm behind the command axes, for a bridge that solves the inverse kinematics.
///
/// The agent commands axes and does not read joints; they are written down so that the robot's whole
/// limits stand in one file and a bridge can be held to them.
public struct Joint: Sendable, Equatable {
    /// The joint's name in the robot's own description.
    public var name: String
    /// Lowest angle, rad.
    public var lower: Double
    /// Highest angle, rad.
    public var upper: Double
    /// Highest speed, rad/s.
    public var velocity: Double

    /// Creates a joint; `Configuration` checks it.
    public init(name: String, lower: Double, upper: Double, velocity: Double) {
        self.name = name
        self.lower = lower
        self.upper = upper
        self.velocity = velocity
    }
}
