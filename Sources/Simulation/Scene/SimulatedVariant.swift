/// Where the robot works: the lab where demonstrations are given, or the field where it is deployed.
public enum SimulatedVariant: String, Sendable, Equatable, CaseIterable {
    /// Well calibrated, grippy fingers, brisk servos.
    case lab
    /// Mis-calibrated camera, slippery fingers, sluggish servos.
    case field

    /// What is different, for a task.
    public func conditions(for task: SimulatedTask) -> SimulatedConditions {
        switch self {
        case .lab: SimulatedConditions()
        case .field: SimulatedConditions.field(task)
        }
    }
}
