/// The physical constants in which the variants differ.
public struct SimulatedConditions: Sendable, Equatable {
    /// Reported minus true position of object, goal and obstacle: the camera's calibration error, m.
    public var calibrationError = SIMD3<Double>(0, 0, 0)
    /// Standard deviation of the camera's noise on the object's position, m.
    public var cameraNoise = 0.0005
    /// Coulomb friction between finger pads and objects.
    public var friction = 0.75
    /// Bandwidth of the joint servos, rad/s (critically damped second order).
    public var jointBandwidth = 32.0
    /// Time constant of the fingers, s.
    public var gripperLag = 0.03
    /// Whole command periods between a command's arrival and its effect.
    public var latencyTicks = 1

    /// The lab.
    public init() {}

    /// The field.
    ///
    /// The camera's error is chosen so that the diffusion policy imitated from 50 demonstrations
    /// succeeds in about half of the episodes. A scripted stand-in that tries again tirelessly still
    /// gets most of them, but only a third at the first grasp; one that corrects the error all. The
    /// fingers hold a cup that stands up to 13 mm off their middle, a knob up to 10 mm, and near
    /// that limit it slips: success rises smoothly with the share of the error that is corrected.
    public static func field(_ task: SimulatedTask) -> SimulatedConditions {
        var conditions = SimulatedConditions()
        switch task {
        case .cupToRack: conditions.calibrationError = SIMD3(0.011, -0.006, 0)
        case .potToSink: conditions.calibrationError = SIMD3(0.0085, -0.005, 0)
        }
        conditions.friction = 0.4
        conditions.jointBandwidth = 24
        conditions.gripperLag = 0.045
        conditions.latencyTicks = 2
        return conditions
    }
}
