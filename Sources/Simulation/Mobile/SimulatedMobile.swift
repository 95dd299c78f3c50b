import Embodiment
import Glibc

/// A base that drives and turns, with a planar arm of two joints on it: the smallest robot that has both.
///
/// The base is commanded by its velocity and the joints by their place; all follow with a first-order lag, behind
/// a latency. The task: drive to a point, stop, and reach it with the tool. One thread; allocates nothing after init.
public final class SimulatedMobile: SimulatedWorld {
    /// What it is asked to do, as the wire and launch files name it.
    public static let task = "drive-and-reach"

    /// The constants in which the variants differ.
    struct Conditions: Sendable {
        /// Reported minus true place of the goal, as the base sees it, m.
        var calibrationError = SIMD2<Double>.zero
        /// Time constants of base and joints, s.
        var lag = SIMD4<Double>(0.08, 0.08, 0.04, 0.04)
        /// Command periods between a set-point and its effect, 0…3.
        var latency = 1

        init(_ variant: SimulatedVariant) {
            guard variant == .field else { return }
            calibrationError = SIMD2(0.02, -0.018)
            lag = SIMD4(0.1, 0.1, 0.06, 0.06)
            latency = 2
        }
    }

    /// What it says about itself; its file is `robots/sim-mobile.yaml`.
    public static let model = SimulatedModel(
        name: "sim-mobile", controlSpace: .jointPosition,
        axes: [
            .init(
                name: "base_v", unit: .metrePerSecond,
                limits: AxisLimits(lower: -0.5, upper: 0.5, velocity: 1, acceleration: 10),
                controlSpace: .baseVelocity),
            .init(
                name: "base_w", unit: .radianPerSecond,
                limits: AxisLimits(lower: -1.2, upper: 1.2, velocity: 4, acceleration: 40),
                controlSpace: .baseVelocity),
            .init(
                name: "shoulder", unit: .radian,
                limits: AxisLimits(lower: -1.7, upper: 1.7, velocity: 2.5, acceleration: 20)),
            .init(
                name: "elbow", unit: .radian,
                limits: AxisLimits(lower: 0, upper: 2.8, velocity: 2.5, acceleration: 20)),
        ],
        home: AxisVector([0, 0, -0.8, 1.6]), gripper: nil, sinking: nil,
        features: [
            ObservationFeature(name: "goal.dx", unit: .metre),
            ObservationFeature(name: "goal.dy", unit: .metre),
            ObservationFeature(name: "tool.dx", unit: .metre),
            ObservationFeature(name: "tool.dy", unit: .metre),
            ObservationFeature(name: "robot.violations", unit: .fraction),
            ObservationFeature(name: "robot.travelled", unit: .metre),
        ], violations: 4)

    /// Velocities of the base, m/s and rad/s, and the joints, rad.
    public private(set) var position = SimulatedMobile.model.home
    /// None: the drives follow whatever they are sent.
    public let unreachable: UInt64 = 0
    /// Where it is and where it is to reach.
    private(set) var scene = MobileScene()
    /// Way of the base so far, m: never less than before.
    public private(set) var travelled = 0.0
    private let conditions: Conditions
    private let noise: Double
    private var pending = InlineArray<4, AxisVector>(repeating: SimulatedMobile.model.home)
    private var head = 0
    private var previous = SimulatedMobile.model.home
    private var demonstrator: MobileOperator?
    private var random = CounterRandom(0)
    private var ticks: UInt64 = 0
    private var restTicks = 0
    private var isPlaced = false
    private var isLost = false

    /// A robot at home.
    ///
    /// - Parameter noise: scale of the demonstrator's.
    public init(variant: SimulatedVariant, noise: Double = 1) {
        conditions = Conditions(variant)
        self.noise = noise
    }

    /// Whether the base stands and the joints are folded.
    public var isHome: Bool {
        for (axis, tolerance) in [(0, 0.05), (1, 0.1), (2, 0.1), (3, 0.1)]
        where abs(position[axis] - Self.model.home[axis]) > tolerance { return false }
        return true
    }

    /// Places the goal, as seen from where the base stands.
    public func reset(seed: UInt64, purpose: EpisodePurpose, demonstrates: Bool) {
        let start = CounterRandom(0x4D4F_4249, seed, UInt64(purpose.rawValue) + 1)
        let (far, bearing) = (start.uniform(0, 0.8, 1.4), start.uniform(1, -0.7, 0.7))
        scene.goal = scene.world(SIMD2(cos(bearing), sin(bearing)) * far)
        random = CounterRandom(start.key, 2)
        demonstrator =
            demonstrates
            ? MobileOperator(key: CounterRandom(start.key, 3).key, noise: noise) : nil
        (ticks, restTicks, isPlaced, isLost) = (0, 0, true, false)
    }

    /// Stands folded and still, as a new robot does.
    public func comeToRest() {
        scene = MobileScene()
        position = Self.model.home
        previous = position
        for index in 0..<4 { pending[index] = position }
        isPlaced = false
    }

    /// Drives and moves for one command period.
    public func advance(towards setPoint: AxisVector) {
        let seconds = SimulatedAxes.periodSeconds
        pending[head] = setPoint
        let wanted = pending[(head + 4 - conditions.latency) & 3]
        head = (head + 1) & 3
        previous = position
        for axis in 0..<4 {
            let share = 1 - exp(-seconds / conditions.lag[axis])
            position[axis] += share * (wanted[axis] - position[axis])
        }
        scene.drive(position[0], turning: position[1], seconds: seconds)
        travelled += abs(position[0]) * seconds
        ticks += 1
        judge()
    }

    private func judge() {
        let tool = MobileScene.tool(shoulder: position[2], elbow: position[3])
        let goal = scene.seen(scene.goal)
        let off = goal - tool
        let isThere =
            (off * off).sum().squareRoot() < MobileScene.tolerance && abs(position[0]) < 0.03
            && abs(position[1]) < 0.06
        restTicks = isThere ? restTicks + 1 : 0
        let far = (goal * goal).sum().squareRoot()
        if far < MobileScene.bumper || far > MobileScene.horizon { isLost = true }
    }

    private var isSuccess: Bool { isPlaced && restTicks >= 4 }

    /// Fills what the sensors see into a sample of four axes and six features.
    public func report(into sample: inout SensorSample) {
        sample.position = position
        for axis in 0..<4 {
            sample.velocity[axis] =
                (position[axis] - previous[axis]) / SimulatedAxes.periodSeconds
        }
        let tool = MobileScene.tool(shoulder: position[2], elbow: position[3])
        let goal = scene.seen(scene.goal)
        let noise = SIMD2(random.normal(2 * ticks), random.normal(2 * ticks + 1)) * 0.0005
        let seen = goal + conditions.calibrationError + noise
        let values: InlineArray<4, Double> = [seen.x, seen.y, seen.x - tool.x, seen.y - tool.y]
        for index in 0..<4 { sample.features[index] = Float(values[index]) }
        sample.features[5] = Float(travelled)
        sample.isSuccess = isSuccess
        sample.isTerminal = isPlaced && !isSuccess && isLost
        sample.hasOperatorAction = demonstrator != nil
        if let demonstrator {
            sample.operatorAction = demonstrator.action(
                goal: goal, angles: SIMD2(position[2], position[3]), tick: ticks)
        }
    }
}
