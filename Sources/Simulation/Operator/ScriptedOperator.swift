import Embodiment
import Glibc

/// A demonstrator with human-like noise: at every moment the action of the coming policy step.
///
/// A feedback law on what it sees, so that what it does is (noise aside) a function of the
/// observation and can be imitated: hover over the object, go down, close, lift, pass the obstacle
/// on one side, lower, let go; open and try again after a miss. Latched are only the side it passes
/// on (drawn when it sets out, visible in the hand's position thereafter), its pace, and now and
/// then a misjudged approach. A value; one thread; allocates nothing.
public struct ScriptedOperator: Sendable {
    /// How much of everything human there is in it.
    public struct Manner: Sendable, Equatable {
        /// Standard deviation of each step's displacement at rest, m.
        public var noise = 0.0035
        /// Further standard deviation in proportion to the displacement.
        public var proportionalNoise = 0.08
        /// Standard deviation of each step's rotation, rad.
        public var rotationNoise = 0.012
        /// Probability of misjudging an approach by `lapse`.
        public var lapseProbability = 0.08
        /// By how much it misjudges, m.
        public var lapse = 0.026
        /// Probability of a small unrelated correction in a step.
        public var correctionProbability = 0.03
        /// Slowest and fastest pace.
        public var pace = (0.6, 0.95)
        /// Added to the seen position of object, goal and obstacle: what it has learned about its eyes, m.
        public var correction = SIMD3<Double>.zero

        /// A person.
        public init() {}

        /// The same person with everything random scaled: 0 is perfect, 1 unchanged.
        public func scaled(by scale: Double) -> Manner {
            var manner = self
            manner.noise *= scale
            manner.proportionalNoise *= scale
            manner.rotationNoise *= scale
            manner.lapseProbability = min(1, lapseProbability * scale)
            manner.correctionProbability = min(1, correctionProbability * scale)
            return manner
        }

        /// Equal in every member.
        public static func == (left: Manner, right: Manner) -> Bool {
            left.noise == right.noise && left.proportionalNoise == right.proportionalNoise
                && left.rotationNoise == right.rotationNoise
                && left.lapseProbability == right.lapseProbability && left.lapse == right.lapse
                && left.correctionProbability == right.correctionProbability
                && left.pace == right.pace && left.correction == right.correction
        }
    }

    let geometry: TaskGeometry
    let random: CounterRandom
    let manner: Manner
    let pace: Double
    /// −1 or +1 once it has set out to pass the obstacle, 0 before.
    private(set) var side = 0.0
    /// How often it has closed its fingers on nothing.
    public private(set) var misses: UInt64 = 0
    private var isMissing = false

    /// Share of the remaining distance covered in one step.
    static let gain = 0.65
    /// Longest displacement in one step at full pace, m.
    static let longestStep = 0.045
    /// Policy steps are this many command periods; noise is redrawn with each.
    static let ticksPerStep: UInt64 = 20

    /// A demonstrator whose every choice follows from `key`.
    public init(geometry: TaskGeometry, key: UInt64, manner: Manner = Manner()) {
        self.geometry = geometry
        self.manner = manner
        random = CounterRandom(key)
        pace = manner.pace.0 + (manner.pace.1 - manner.pace.0) * random.uniform(1)
    }

    /// Keeps the latches up to date; to be called with every new view.
    public mutating func watch(_ seen: OperatorView) {
        let view = corrected(seen)
        let isEmpty = hasClosedOnNothing(view)
        if isEmpty, !isMissing { misses += 1 }
        isMissing = isEmpty
        if !isHolding(view) {
            side = 0
        } else if side == 0, lift(view) > 0.4 {
            // Nearer side preferred, near the middle either.
            let preference = 1 / (1 + exp(view.obstacle.x / 0.008))
            side = random.uniform(1000 + misses) < preference ? 1 : -1
        }
    }

    /// What it would do in the policy step that begins now, in the policy's space.
    public func action(_ seen: OperatorView, tick: UInt64) -> Action {
        let view = corrected(seen)
        let step = tick / Self.ticksPerStep
        let (target, opening) = intention(view)
        var move = target * Self.gain
        let length = (move * move).sum().squareRoot()
        let longest = Self.longestStep * pace
        if length > longest { move *= longest / length }
        let counter = 100_000 + step * 16
        if random.uniform(counter + 12) < manner.correctionProbability {
            let angle = random.uniform(counter + 13, 0, 2 * .pi)
            move += SIMD3(cos(angle), sin(angle), 0) * 0.012
        }
        var action = Action(count: 7)
        for axis in 0..<3 {
            let spread = manner.noise + manner.proportionalNoise * abs(move[axis])
            let noisy = move[axis] + spread * random.normal(counter + UInt64(axis))
            action[axis] = Self.clamp(noisy / SimulatedAxes.actionScale[axis])
            let turn =
                -Self.gain * view.angles[axis]
                + manner.rotationNoise * random.normal(counter + 3 + UInt64(axis))
            action[axis + 3] = Self.clamp(turn / SimulatedAxes.actionScale[axis + 3])
        }
        action[6] = Self.clamp(2 * opening - 1 + 0.03 * random.normal(counter + 6))
        return action
    }

    private static func clamp(_ value: Double) -> Double { max(-1, min(1, value)) }

    private func corrected(_ view: OperatorView) -> OperatorView {
        var view = view
        view.object += manner.correction
        view.goal += manner.correction
        view.obstacle += SIMD2(manner.correction.x, manner.correction.y)
        return view
    }

    func isHolding(_ view: OperatorView) -> Bool { view.load > 0.05 }

    func hasClosedOnNothing(_ view: OperatorView) -> Bool {
        view.load <= 0.05 && view.width < geometry.gripRadius * 2 / SimulatedArm.openGap - 0.12
    }

    /// 0 where the object stands, 1 at carrying height.
    func lift(_ view: OperatorView) -> Double {
        let low = geometry.graspHeight
        return (view.tool.z - low) / (geometry.carryHeight - low)
    }

    /// Where to move, relative to the tool, and how wide to open.
    func intention(_ view: OperatorView) -> (move: SIMD3<Double>, opening: Double) {
        if isHolding(view) { return carrying(view) }
        if hasClosedOnNothing(view) { return (SIMD3(0, 0, 0.05), 1) }
        return approaching(view)
    }

    /// This approach's error of judgement.
    private var misjudgement: SIMD2<Double> {
        guard random.uniform(2000 + misses) < manner.lapseProbability else { return .zero }
        let angle = random.uniform(3000 + misses, -0.5, 0.5)
        let sign = random.uniform(4000 + misses) < 0.5 ? -1.0 : 1.0
        return SIMD2(cos(angle), sin(angle) * 0.5) * (sign * manner.lapse)
    }
}

extension ScriptedOperator {
    /// Open hand: over the object, down, and close.
    private func approaching(_ view: OperatorView) -> (move: SIMD3<Double>, opening: Double) {
        let placed = view.goal - view.object
        let isPlaced =
            (placed.x * placed.x + placed.y * placed.y).squareRoot() < geometry.goalTolerance
            && abs(placed.z) < 0.01
        if isPlaced { return (SIMD3(0, 0, 0.03), 1) }
        let aim = SIMD2(view.object.x, view.object.y) + misjudgement
        let off = (aim * aim).sum().squareRoot()
        let hover = geometry.height - geometry.graspHeight + 0.02
        let top = geometry.height - geometry.graspHeight
        let isHigh = view.object.z < -top
        if view.width < 0.8 {
            // Still opening: come clear of the object first.
            return (SIMD3(0, 0, max(0, view.object.z + hover)), 1)
        }
        if off > (isHigh ? 0.014 : 0.022) {
            if !isHigh { return (SIMD3(0, 0, view.object.z + hover), 1) }
            return (SIMD3(aim.x, aim.y, view.object.z + hover), 1)
        }
        if abs(view.object.z) < 0.009, off < 0.012 { return (SIMD3(aim.x, aim.y, 0), 0) }
        return (SIMD3(aim.x, aim.y, max(view.object.z, -0.045)), 1)
    }

    /// Object in hand: up, past the obstacle, over the goal, down, and let go.
    private func carrying(_ view: OperatorView) -> (move: SIMD3<Double>, opening: Double) {
        let way = view.goal - view.object
        let far = (way.x * way.x + way.y * way.y).squareRoot()
        let up = geometry.carryHeight - view.tool.z
        if far < min(0.0125, geometry.goalTolerance * 0.5) {
            if way.z > -0.007 { return (SIMD3(0, 0, 0), 1) }
            return (SIMD3(way.x, way.y, max(way.z - 0.003, -0.03)), 0)
        }
        // Low beside the goal: settle over it before going on down; far away: lift first.
        if far > 0.05, up > 0.035 { return (SIMD3(0, 0, up), 0) }
        if far <= 0.05, up > 0.02, far < geometry.goalTolerance {
            return (SIMD3(way.x, way.y, 0), 0)
        }
        guard case .post = geometry.obstacle, side != 0, view.obstacle.y > -0.05 else {
            return (SIMD3(way.x, way.y, up), 0)
        }
        // The obstacle is ahead or beside: out to the side first, then past it.
        let pass = view.obstacle.x + side * 0.085
        // The farther out, the farther ahead, so that the way bends smoothly around.
        let out = -view.obstacle.x * side
        let ahead = min(0.06, view.obstacle.y - 0.085 + 5 * max(0, out - 0.045))
        let share = max(0, min(1, (out - 0.02) / 0.03))
        return (SIMD3(pass, min(ahead, ahead * share), up), 0)
    }
}
