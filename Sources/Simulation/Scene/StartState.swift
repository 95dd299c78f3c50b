import Embodiment

/// Where everything stands at the beginning of an episode: a function of task, seed and purpose.
///
/// The purpose is part of the key, so that evaluation never meets a start state that was trained
/// on or demonstrated, whatever seeds an agent chooses.
public struct StartState: Sendable, Equatable {
    /// Identifies this start state; other streams of the episode are derived from it.
    public let key: UInt64
    /// The task's bodies.
    public let geometry: TaskGeometry
    /// Object's axis, m.
    public let object: SIMD2<Double>
    /// Goal centre, m.
    public let goal: SIMD2<Double>
    /// Obstacle centre, m.
    public let obstacle: SIMD2<Double>

    /// The start state of a seed and purpose.
    public init(task: SimulatedTask, seed: UInt64, purpose: EpisodePurpose) {
        let taskWord: UInt64 =
            switch task {
            case .cupToRack: 1
            case .potToSink: 2
            }
        let random = CounterRandom(0x484F_4E45, seed, UInt64(purpose.rawValue) + 1, taskWord)
        let geometry = task.geometry
        key = random.key
        self.geometry = geometry
        object = Self.place(geometry.start, geometry.startExtent, random, 0)
        goal = Self.place(geometry.goal, geometry.goalExtent, random, 2)
        obstacle = Self.place(geometry.obstacleCentre, geometry.obstacleExtent, random, 4)
    }

    private static func place(
        _ centre: SIMD2<Double>, _ extent: SIMD2<Double>, _ random: CounterRandom,
        _ counter: UInt64
    ) -> SIMD2<Double> {
        SIMD2(
            random.uniform(counter, centre.x - extent.x, centre.x + extent.x),
            random.uniform(counter + 1, centre.y - extent.y, centre.y + extent.y))
    }

    /// The scene that begins so.
    func scene(friction: Double) -> Scene {
        Scene(
            geometry: geometry, friction: friction, object: object, goal: goal,
            obstacle: obstacle)
    }
}
