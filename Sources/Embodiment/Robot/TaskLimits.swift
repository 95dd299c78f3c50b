/// How axes share a tick in which a limit keeps one of them from moving as asked.
public enum AxisScaling: String, Sendable, Equatable, CaseIterable {
    /// All axes are slowed alike, so that the way stays the one that was asked for; the default.
    case pathPreserving = "path_preserving"
    /// Each axis does what its own limits allow, and the way bends.
    case perAxis = "per_axis"
}

/// What holds for a gripper's axis beside its limits; `Control/Safety.md` 2, F12.
public struct GripperLimits: Sendable, Equatable {
    /// Least time between two changes between the closing and the opening half of its range, s.
    public var dwellSeconds: Double

    /// Creates gripper limits.
    public init(dwellSeconds: Double) { self.dwellSeconds = dwellSeconds }
}

/// One side of a plane in the base frame: every commanded tool position p has normal · p ≤ offset.
public struct HalfSpace: Sendable, Equatable {
    /// The plane's normal, of length 1, pointing out of where the tool may be.
    public var x, y, z: Double
    /// The plane's distance from the origin along the normal, m.
    public var offset: Double

    /// - Parameters:
    ///   - normal: three numbers of any length but zero.
    ///   - offset: m, for a normal of length 1.
    public init(normal: [Double], offset: Double) {
        precondition(normal.count == 3)
        let length =
            (normal[0] * normal[0] + normal[1] * normal[1] + normal[2] * normal[2]).squareRoot()
        precondition(length > 0)
        x = normal[0] / length
        y = normal[1] / length
        z = normal[2] / length
        self.offset = offset
    }

    /// How far a point is beyond the plane, m; negative where it is allowed to be.
    @_noAllocation @_noLocks
    @inlinable
    public func excess(_ px: Double, _ py: Double, _ pz: Double) -> Double {
        x * px + y * py + z * pz - offset
    }
}

/// Force at which the robot goes slowly or stops; `Control/Safety.md` 4 and F13.
public struct ForceLimits: Sendable, Equatable {
    /// Reported features, unit N, whose Euclidean norm is the force: one, or its components.
    public var features: [String]
    /// Filtered force above which the robot goes at a quarter of its speed, N.
    public var contact: Double
    /// Filtered force that latches a stop when two of three samples are above it, N.
    public var stop: Double
    /// Force that latches a stop at once, N.
    public var absolute: Double
    /// Corner frequency of the low-pass filter, Hz.
    public var filterHz: Double

    /// Creates force limits; `Configuration` checks them.
    public init(
        features: [String], contact: Double, stop: Double, absolute: Double, filterHz: Double
    ) {
        self.features = features
        self.contact = contact
        self.stop = stop
        self.absolute = absolute
        self.filterHz = filterHz
    }
}

/// What holds for several axes together; everything is optional and absent means that nothing does.
///
/// The tool is the axes `x`, `y`, `z` (m, base frame) and `roll`, `pitch`, `yaw` (rad); the axes' own
/// limits are the workspace's box.
public struct TaskLimits: Sendable, Equatable {
    /// Most planes one robot may have.
    public static let planeCapacity = 8

    /// Highest speed of the tool, m/s.
    public var toolSpeed: Double?
    /// Planes that the tool stays on one side of.
    public var planes: [HalfSpace] = []
    /// Highest tilt from roll = pitch = 0, rad.
    public var tilt: Double?
    /// Longest way of the tool in one policy step, m.
    public var stepTranslation: Double?
    /// Largest turn of the tool in one policy step, rad.
    public var stepRotation: Double?
    /// Largest turn of any one joint in one policy step, rad.
    public var stepJoint: Double?
    /// Force thresholds.
    public var force: ForceLimits?

    /// No limits.
    public init() {}
}
