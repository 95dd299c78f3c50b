import Embodiment

/// A simulated robot and what stands around it, one command period at a time: what a `SimulationServer` serves.
///
/// A function of its seeds and of the set-points it is given; knows no wire and no clock. One thread.
public protocol SimulatedWorld: AnyObject {
    /// What is measured of each axis: a place, or of an axis that is commanded by its velocity the velocity.
    var position: AxisVector { get }
    /// Whether it measures at home, as `reset` requires.
    var isHome: Bool { get }
    /// Set-points that could not be reached so far.
    var unreachable: UInt64 { get }
    /// Places the scene for an episode; the robot stays where it is.
    ///
    /// - Parameters:
    ///   - seed: names the start state; the same seed places differently for each purpose.
    ///   - demonstrates: whether samples shall carry what the demonstrator would do.
    func reset(seed: UInt64, purpose: EpisodePurpose, demonstrates: Bool)
    /// Stands at home as a new robot does, before a reset places the scene.
    func comeToRest()
    /// Moves the world one command period towards a set-point of every axis.
    func advance(towards setPoint: AxisVector)
    /// Fills what the sensors see into a sample; leaves the fields of the wire and the count of violations alone.
    func report(into sample: inout SensorSample)
}
