import Embodiment

/// The whole simulated world: arm, scene, camera and demonstrator, one command period at a time.
///
/// A pure function of its task, variant and seeds and of the set-points it is given: the same calls
/// produce the same bits. Knows no wire and no clock. One thread; allocates nothing after init.
public final class SimulatedRobot: SimulatedWorld {
    /// What is to be done.
    public let task: SimulatedTask
    /// Where.
    public let variant: SimulatedVariant
    /// The constants in force.
    public let conditions: SimulatedConditions
    /// The body.
    public private(set) var arm: SimulatedArm
    /// The table.
    public private(set) var scene: Scene
    /// Whether contacts and success are judged; false before the first reset.
    public private(set) var isScenePlaced = false
    /// Periods since the last reset.
    public private(set) var ticks: UInt64 = 0
    /// The demonstrator, when asked for.
    public private(set) var demonstrator: ScriptedOperator?
    var cameraRandom = CounterRandom(0)
    var previousPosition = AxisVector(count: 7)
    /// What is measured of each axis.
    public private(set) var position = AxisVector(count: 7)
    /// Poses out of the arm's reach so far.
    public var unreachable: UInt64 { arm.unreachable }
    /// The object as the camera sees it now, m.
    public private(set) var reportedObject = SIMD3<Double>.zero
    private let manner: ScriptedOperator.Manner
    private let restingArm: SimulatedArm

    /// Robot time a person needs to place the objects anew, s.
    public static let resetSeconds = 4.0

    /// A robot at home in front of an empty task.
    ///
    /// - Parameters:
    ///   - conditions: other constants than the variant's own, for experiments.
    ///   - manner: the demonstrator's.
    public init(
        task: SimulatedTask, variant: SimulatedVariant, conditions: SimulatedConditions? = nil,
        manner: ScriptedOperator.Manner = .init()
    ) {
        self.manner = manner
        self.task = task
        self.variant = variant
        let conditions = conditions ?? variant.conditions(for: task)
        self.conditions = conditions
        guard
            let arm = SimulatedArm(
                at: .init(SimulatedAxes.home), bandwidth: conditions.jointBandwidth,
                gripperLag: conditions.gripperLag, latencyTicks: conditions.latencyTicks)
        else {
            fatalError("the home pose of \(SimulatedAxes.robot) is out of the arm's reach")
        }
        self.arm = arm
        restingArm = arm
        scene = StartState(task: task, seed: 0, purpose: .training)
            .scene(friction: conditions.friction)
        measure()
        previousPosition = position
    }

    /// Places the objects for an episode; the arm stays where it is.
    ///
    /// - Parameters:
    ///   - seed: names the start state; the same seed places differently for each purpose.
    ///   - demonstrates: whether samples shall carry what the demonstrator would do.
    public func reset(seed: UInt64, purpose: EpisodePurpose, demonstrates: Bool) {
        let start = StartState(task: task, seed: seed, purpose: purpose)
        scene = start.scene(friction: conditions.friction)
        isScenePlaced = true
        ticks = 0
        cameraRandom = CounterRandom(start.key, 2)
        demonstrator =
            demonstrates
            ? ScriptedOperator(
                geometry: task.geometry, key: CounterRandom(start.key, 3).key, manner: manner) : nil
        look()
        demonstrator?.watch(trueView)
    }

    /// Whether the arm measures at home, as `reset` requires.
    public var isHome: Bool {
        for axis in 0..<7 {
            let error = abs(position[axis] - SimulatedAxes.home[axis])
            if error > SimulatedAxes.homeTolerance[axis] { return false }
        }
        return true
    }

    /// Stands at home as a new robot does, before a reset places the scene.
    ///
    /// Nothing is left of the motion that brought it there.
    public func comeToRest() {
        isScenePlaced = false
        arm.stand(as: restingArm)
        measure()
        previousPosition = position
    }

    /// Moves the world one command period towards a set-point of seven axes.
    public func advance(towards setPoint: AxisVector) {
        let seconds = SimulatedAxes.periodSeconds
        arm.advance(.init(setPoint), seconds: seconds)
        if isScenePlaced {
            scene.advance(tool: arm.pose, motorOpening: arm.motorOpening, seconds: seconds)
        }
        ticks += 1
        previousPosition = position
        measure()
        look()
        demonstrator?.watch(trueView)
    }

    private func measure() {
        let angles = arm.pose.angles
        position[0] = arm.pose.position.x
        position[1] = arm.pose.position.y
        position[2] = arm.pose.position.z
        position[3] = angles.roll
        position[4] = angles.pitch
        position[5] = angles.yaw
        position[6] = isScenePlaced && scene.state == .held ? scene.opening : arm.motorOpening
    }

    private func look() {
        let noise = SIMD3(
            cameraRandom.normal(3 * ticks), cameraRandom.normal(3 * ticks + 1),
            cameraRandom.normal(3 * ticks + 2))
        reportedObject = scene.grasp + conditions.calibrationError + noise * conditions.cameraNoise
    }

    /// Goal for the object's reference point, true, m.
    var goalPoint: SIMD3<Double> {
        SIMD3(
            scene.goal.x, scene.goal.y,
            task.geometry.platformHeight + task.geometry.graspHeight)
    }

    /// What a person standing beside the robot sees: the truth.
    var trueView: OperatorView {
        view(object: scene.grasp, error: .zero)
    }

    /// What the robot's camera reports: with calibration error and noise.
    public var reportedView: OperatorView {
        view(object: reportedObject, error: conditions.calibrationError)
    }

    private func view(object: SIMD3<Double>, error: SIMD3<Double>) -> OperatorView {
        let tool = arm.pose.position
        return OperatorView(
            tool: tool, angles: SIMD3(position[3], position[4], position[5]),
            width: position[6], load: scene.load, object: object - tool,
            goal: goalPoint + error - tool,
            obstacle: SIMD2(
                scene.obstacle.x + error.x - tool.x, scene.obstacle.y + error.y - tool.y))
    }

    /// Fills what the sensors see into a sample of seven axes and all features.
    ///
    /// Leaves the fields of the wire (session, sequence, times, stop) and the count of violations,
    /// which the drive knows, alone.
    public func report(into sample: inout SensorSample) {
        sample.position = position
        for axis in 0..<7 {
            sample.velocity[axis] =
                (position[axis] - previousPosition[axis]) / SimulatedAxes.periodSeconds
        }
        let view = reportedView
        let values: InlineArray<13, Double> = [
            reportedObject.x, reportedObject.y, reportedObject.z, view.object.x, view.object.y,
            view.object.z, view.goal.x, view.goal.y, view.goal.z, view.obstacle.x,
            view.obstacle.y, view.width, view.load,
        ]
        for index in 0..<13 { sample.features[index] = Float(values[index]) }
        sample.features[.unreachable] = Float(arm.unreachable)
        sample.isSuccess = isScenePlaced && scene.isSuccess
        sample.isTerminal = isScenePlaced && !scene.isSuccess && scene.failure != .none
        sample.hasOperatorAction = demonstrator != nil
        if let demonstrator {
            sample.operatorAction = demonstrator.action(trueView, tick: ticks)
        }
    }
}
