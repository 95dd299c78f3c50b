/// Which robot is simulated.
public enum SimulatedBody: Sendable, Equatable {
    /// The arm on a table, with one of its tasks.
    case arm(SimulatedTask)
    /// The arm on a base that drives: drive to a point and reach it.
    case mobile

    /// A robot by the name of its task; nil for a name that no robot has.
    public init?(task: String) {
        if task == SimulatedMobile.task {
            self = .mobile
        } else if let task = SimulatedTask(rawValue: task) {
            self = .arm(task)
        } else {
            return nil
        }
    }

    /// What it is asked to do, as the wire and launch files name it.
    public var task: String {
        switch self {
        case .arm(let task): task.rawValue
        case .mobile: SimulatedMobile.task
        }
    }

    /// Every name of a task.
    public static var tasks: [String] {
        SimulatedTask.allCases.map(\.rawValue) + [SimulatedMobile.task]
    }
}
