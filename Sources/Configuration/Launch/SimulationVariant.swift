/// Which world the embedded simulator plays.
public enum SimulationVariant: String, Sendable, Equatable, CaseIterable {
    /// Where the demonstrations are recorded: calibrated.
    case lab
    /// Where the robot is put to work: the deployment gap applies.
    case field
}
