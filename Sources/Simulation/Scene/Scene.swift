import Glibc

/// The table top: one object, a goal, an obstacle, and the quasi-static contact with the fingers.
///
/// Nothing has momentum but a falling object: in each period whatever overlaps is pushed apart along
/// the contact normal, fingers that close around the object hold it if the contact lies inside the
/// friction cone and squeeze it out otherwise, and a held object creeps down when friction is almost
/// used up. One thread; allocates nothing.
public struct Scene: Sendable {
    /// The bodies.
    public let geometry: TaskGeometry
    /// Friction between pads and object.
    public let friction: Double
    /// Object's axis in the table plane, m.
    public internal(set) var object: SIMD2<Double>
    /// Height of the object's bottom, m.
    public internal(set) var bottom: Double
    /// How the object is.
    public internal(set) var state = ObjectState.standing
    /// Goal centre, m.
    public let goal: SIMD2<Double>
    /// Obstacle centre, m.
    public let obstacle: SIMD2<Double>
    /// What went wrong, for good.
    public internal(set) var failure = SceneFailure.none
    /// The object is in the goal, released and at rest.
    public internal(set) var isSuccess = false
    /// Actual opening of the fingers, 0…1; wider than the motor asks when they hold something.
    public internal(set) var opening = 1.0
    /// How hard the motor presses on what it holds, 0…1.
    public internal(set) var load = 0.0
    /// How often the fingers squeezed the object out instead of holding it.
    public internal(set) var squeezes = 0

    /// Held object's axis along the pads, m, and fingertip height over its bottom, m.
    var along = 0.0
    var depth = 0.0
    /// Half of the gap that the held object keeps open, m.
    var halfGap = 0.0
    var fallSpeed = 0.0
    var dropHeight = 0.0
    var restTicks = 0
    var wasBelowTop = false
    var wasBelowBody = false
    var isOnBody = false

    /// Half width of a finger pad, along it.
    static let padHalfWidth = 0.004
    /// Thickness of a finger, in the closing direction.
    static let fingerThickness = 0.012
    /// A finger that comes down on the object slides off its edge if it overlaps no more than this.
    static let chamfer = 0.007
    /// How far fingers may press down on the body below the held part.
    static let bodyGive = 0.02
    /// Fingers must reach this far below the object's top to hold it.
    static let minimumGrip = 0.008
    /// A fall from higher than this topples the object.
    static let toppleDrop = 0.03
    /// Radius of the hand as seen by the obstacle.
    static let handRadius = 0.025
    /// Share of the pressing force that friction must carry to keep the object from creeping.
    static let weightShare = 0.12
    /// Fastest creep of an object that friction hardly holds, m/s.
    static let creepSpeed = 0.06
    /// Periods at rest before success is believed.
    static let restPeriods = 4

    /// A scene with everything at rest.
    public init(
        geometry: TaskGeometry, friction: Double, object: SIMD2<Double>, goal: SIMD2<Double>,
        obstacle: SIMD2<Double>
    ) {
        self.geometry = geometry
        self.friction = friction
        self.object = object
        self.goal = goal
        self.obstacle = obstacle
        bottom = 0
    }

    /// The object's reference point, where fingertips hold it best.
    public var grasp: SIMD3<Double> {
        SIMD3(object.x, object.y, bottom + geometry.graspHeight)
    }

    /// Moves the world one period on, given where the tool is now and what the finger motor wants.
    public mutating func advance(tool: ToolPose, motorOpening: Double, seconds: Double) {
        if failure == .none {
            switch state {
            case .standing: touch(tool: tool, motorOpening: motorOpening)
            case .held:
                isOnBody = tool.position.z < bottom + geometry.bodyHeight
                carry(tool: tool, motorOpening: motorOpening, seconds: seconds)
            case .falling: fall(seconds: seconds)
            case .toppled: break
            }
            collide(tool: tool)
            judge()
        }
        if state != .held {
            opening = motorOpening
            load = 0
        }
        wasBelowTop = tool.position.z < bottom + geometry.height
        wasBelowBody = tool.position.z < bottom + geometry.bodyHeight && !isOnBody
    }

    /// Success and loss, from the true state.
    private mutating func judge() {
        let isThere =
            state == .standing && distance(object, goal) < geometry.goalTolerance
            && bottom <= geometry.support(object, goal: goal) + 1e-4
        restTicks = isThere ? restTicks + 1 : 0
        if restTicks >= Self.restPeriods { isSuccess = true }
        let radius = (object * object).sum().squareRoot()
        if failure == .none, radius < 0.12 || radius > 0.5 { failure = .lost }
    }

    /// Marks the object as fallen over.
    mutating func topple(_ reason: SceneFailure) {
        state = .toppled
        failure = reason
    }
}
