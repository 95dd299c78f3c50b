import Embodiment
import Testing

@testable import Control

/// Two velocities as their properties see them: the real limiter, or a copy with a mistake in it.
struct DriveUnderTest {
    /// One tick towards velocities, a share of the limits given; nil brakes.
    var step: (_ target: [Double]?, _ share: Double) -> [AxisMotion]

    /// - Parameter measured: velocities at which a robot is found; commands begin at rest.
    typealias Maker = ([AxisLimits], _ period: Double, _ measured: [Double]) -> DriveUnderTest

    static func robot(_ limits: [AxisLimits], period: Double) -> RobotDescription {
        TestRobot.robot(
            limits.enumerated().map { index, own in
                CommandAxis(
                    name: "drive\(index)", unit: .metrePerSecond, limits: own, kind: .velocity,
                    actionLow: own.lower, actionHigh: own.upper, home: 0, trackingError: 0.1)
            }, space: .baseVelocity, period: period)
    }

    static func real(
        _ limits: [AxisLimits], _ period: Double, _ measured: [Double]
    ) -> DriveUnderTest {
        var motion = MotionLimiter(limits: CompiledLimits(robot(limits, period: period)))
        motion.rest(at: AxisVector(measured))
        return DriveUnderTest { target, share in
            if let target {
                let aim = motion.eased(AxisVector(target), share: share)
                motion.advance(towards: motion.approach(aim), share: share)
            } else {
                motion.brake()
            }
            return limits.indices.map { motion[$0] }
        }
    }

    static func copy(_ mistake: DriveMistake?) -> Maker {
        { limits, period, measured in
            var copy = DriveCopy(
                mistake: mistake, limits: limits, period: period, measured: measured)
            return DriveUnderTest { target, share in
                if let target {
                    copy.advance(towards: target, share: share)
                } else {
                    copy.brake()
                }
                return copy.motions
            }
        }
    }
}

/// What must be true of every limiter of velocities; each gives the first thing that is not, or nil.
enum DriveProperties {
    static let all: [(name: String, check: @Sendable (DriveUnderTest.Maker, UInt64) -> String?)] = [
        ("within limits, whatever is wished", safe), ("it comes to rest, in time", rests),
        ("it gets there, and uses its limits", reaches), ("an arc keeps its curve", arcs),
        ("less of the limits is less of every velocity", eases),
        ("one that turns round holds no other up", turns),
    ]

    static func violation(of make: @escaping DriveUnderTest.Maker, seed: UInt64) -> String? {
        for property in all {
            if let found = property.check(make, seed) { return "\(property.name): \(found)" }
        }
        return nil
    }

    /// Speeds with 0 inside, some of which cannot go back; acceleration and jerk of all sizes.
    static func limits(_ random: inout SplitMix, period: Double) -> AxisLimits {
        let upper = Double.random(in: 0.01...3, using: &random)
        let acceleration = upper / (period * Double.random(in: 1...80, using: &random))
        return AxisLimits(
            lower: Bool.random(using: &random) ? -Double.random(in: 0.01...3, using: &random) : 0,
            upper: upper, velocity: acceleration,
            acceleration: acceleration / (period * Double.random(in: 1...40, using: &random)))
    }

    /// A period that is its own inverse's inverse, as the robot's rate makes it.
    static func period(_ random: inout SplitMix) -> Double {
        1 / Double(Int.random(in: 20...500, using: &random))
    }

    private static func wish(
        _ style: Int, _ tick: Int, _ own: AxisLimits, _ random: inout SplitMix
    ) -> Double {
        switch style {
        case 0: Double.random(in: -5...5, using: &random)
        case 1: tick % 2 == 0 ? 1e9 : -1e9
        case 2: (tick / 23) % 2 == 0 ? own.upper : own.lower
        case 3: Double(bitPattern: UInt64.random(in: 0...UInt64.max, using: &random))
        case 4: tick % 7 == 0 ? .nan : own.upper
        default: tick < 150 ? own.upper : tick < 250 ? 0 : own.lower
        }
    }

    private static func safe(_ make: DriveUnderTest.Maker, seed: UInt64) -> String? {
        var random = SplitMix(seed: seed)
        for set in 0..<90 {
            let period = period(&random)
            let own = [limits(&random, period: period), limits(&random, period: period)]
            let measured = own.map { Double.random(in: $0.lower...$0.upper, using: &random) }
            let drive = make(own, period, measured)
            var oracles = own.map { LimitOracle(limits: $0, period: period, position: 0) }
            for tick in 0..<400 {
                let isBraking = (tick / 90) % 2 == 1 && tick % 90 < 30
                let target = own.map { wish(set % 6, tick, $0, &random) }
                let motions = drive.step(isBraking ? nil : target, tick % 50 < 40 ? 1 : 0.25)
                for axis in 0..<2 {
                    if let found = oracles[axis].violation(of: motions[axis].position) {
                        return
                            "seed \(seed) set \(set) tick \(tick) axis \(axis) \(own[axis]): \(found)"
                    }
                }
            }
        }
        return nil
    }

    /// By a stop, and by a wish that is no number: monotonely once it slows down, exactly, in bounded time.
    private static func rests(_ make: DriveUnderTest.Maker, seed: UInt64) -> String? {
        var random = SplitMix(seed: seed)
        for set in 0..<80 {
            let period = period(&random)
            let own = [limits(&random, period: period), limits(&random, period: period)]
            let drive = make(own, period, [0, 0])
            var motions: [AxisMotion] = []
            for tick in 0..<Int.random(in: 1...200, using: &random) {
                motions = drive.step(own.map { wish(set % 3, tick, $0, &random) }, 1)
            }
            let start = motions
            let stop: [Double]? = set % 2 == 0 ? nil : [.nan, 0]
            let peaks = own.indices.map { axis in
                let a = start[axis].velocity
                return abs(start[axis].position) + a * a / (2 * own[axis].acceleration) + 1e-12
            }
            let ticks =
                own.map { most in
                    let fastest = max(most.upper, -most.lower)
                    return Int(
                        fastest / (most.velocity * period) + 3 * most.velocity
                            / (most.acceleration * period)) + 8
                }.max() ?? 0
            for tick in 0..<ticks {
                let before = motions
                motions = drive.step(stop, 1)
                for axis in 0..<2 {
                    let (was, now) = (before[axis], motions[axis])
                    if abs(now.position) > peaks[axis] {
                        return "seed \(seed) set \(set) tick \(tick): \(now) above \(peaks[axis])"
                    }
                    let slows = was.position * was.velocity <= 0
                    if slows, abs(now.position) > abs(was.position), was.position * now.position > 0
                    {
                        return "seed \(seed) set \(set) tick \(tick): faster again, \(was) \(now)"
                    }
                }
            }
            for axis in 0..<2 where motions[axis].position != 0 || motions[axis].velocity != 0 {
                return
                    "seed \(seed) set \(set): \(motions[axis]) of \(own[axis]) after \(ticks) ticks"
            }
        }
        return nil
    }

    private static func reaches(_ make: DriveUnderTest.Maker, seed: UInt64) -> String? {
        var random = SplitMix(seed: seed)
        for set in 0..<40 {
            let period = period(&random)
            let own = [limits(&random, period: period), limits(&random, period: period)]
            let drive = make(own, period, [0, 0])
            let target = own.map { Double.random(in: $0.lower...$0.upper, using: &random) }
            var motions: [AxisMotion] = []
            var (hardest, ticks) = (0.0, 0)
            repeat {
                motions = drive.step(target, 1)
                ticks += 1
                for axis in 0..<2 {
                    hardest = max(hardest, abs(motions[axis].velocity) / own[axis].velocity)
                    let past = motions[axis].position - target[axis]
                    if target[axis] >= 0 ? past > 1e-9 : past < -1e-9 {
                        return "seed \(seed) set \(set): passed \(target[axis])"
                    }
                }
            } while ticks < 20_000 && (0..<2).contains { motions[$0].position != target[$0] }
            // The slower one alone, with nothing to spare: from rest to rest of its change.
            let nominal =
                own.indices.map { axis in
                    let (way, a, j) = (
                        abs(target[axis]), own[axis].velocity, own[axis].acceleration
                    )
                    return way > a * a / j ? way / a + a / j : 2 * (way / j).squareRoot()
                }.max() ?? 0
            if Double(ticks) * period > 1.2 * nominal + 8 * period {
                return
                    "seed \(seed) set \(set): \(ticks) ticks where \(nominal / period) would do, "
                    + "at \(hardest) of the acceleration"
            }
        }
        return nil
    }

    private static func arcs(_ make: DriveUnderTest.Maker, seed: UInt64) -> String? {
        var random = SplitMix(seed: seed)
        for set in 0..<60 {
            let period = period(&random)
            let own = [limits(&random, period: period), limits(&random, period: period)]
            let drive = make(own, period, [0, 0])
            let target = own.map { $0.upper * Double.random(in: 0.05...1, using: &random) }
            let share = set % 2 == 0 ? 1 : 0.3
            var motions: [AxisMotion] = []
            for tick in 0..<300 {
                motions = drive.step(target, share)
                let (v, w) = (motions[0].position, motions[1].position)
                let off = abs(v * target[1] - w * target[0]) / (target[0] * target[1])
                if off > 1e-6 {
                    return "seed \(seed) set \(set) tick \(tick): \(v), \(w) for \(target)"
                }
            }
            // One that stays is not braked because another has to wait.
            let other = [target[0], target[1] * 0.1]
            for _ in 0..<2000 { motions = drive.step(target, 1) }
            for tick in 0..<200 {
                motions = drive.step(other, 1)
                if abs(motions[0].position - target[0]) > 1e-6 * own[0].upper {
                    return
                        "seed \(seed) set \(set) tick \(tick): \(motions[0].position) for \(target[0])"
                }
            }
        }
        return nil
    }

    /// The second speeds up as hard as it can and is to slow down: meanwhile the first goes on.
    private static func turns(_ make: DriveUnderTest.Maker, seed: UInt64) -> String? {
        let period = 0.01
        let own = [
            AxisLimits(lower: -1, upper: 1, velocity: 1, acceleration: 100),
            AxisLimits(lower: -1, upper: 1, velocity: 1, acceleration: 4),
        ]
        let drive = make(own, period, [0, 0])
        var motions: [AxisMotion] = []
        for _ in 0..<20 { motions = drive.step([0, 1], 1) }
        for _ in 0..<10 { motions = drive.step([0.5, -1], 1) }
        return motions[0].position > 0.01
            ? nil : "the first is at \(motions[0].position) while the second turns"
    }

    private static func eases(_ make: DriveUnderTest.Maker, seed: UInt64) -> String? {
        var random = SplitMix(seed: seed)
        for set in 0..<30 {
            let period = period(&random)
            let own = [limits(&random, period: period), limits(&random, period: period)]
            let drive = make(own, period, [0, 0])
            var motions: [AxisMotion] = []
            for _ in 0..<3000 { motions = drive.step(own.map(\.upper), 1) }
            // At full speed the robot touches something.
            for _ in 0..<3000 { motions = drive.step(own.map(\.upper), 0.25) }
            for axis in 0..<2 where abs(motions[axis].position / own[axis].upper - 0.25) > 1e-6 {
                return "seed \(seed) set \(set): \(motions[axis].position) of \(own[axis].upper)"
            }
        }
        return nil
    }
}

@Suite("Velocities")
struct DriveTests {
    static let seeds: [UInt64] = [201, 202]

    @Test("The real limiter has every property", arguments: seeds)
    func real(seed: UInt64) {
        #expect(DriveProperties.violation(of: DriveUnderTest.real, seed: seed) == nil)
    }

    @Test("The copy without a mistake is the real limiter, bit for bit", arguments: seeds)
    func faithful(seed: UInt64) {
        var random = SplitMix(seed: seed)
        for set in 0..<60 {
            let period = DriveProperties.period(&random)
            guard 1 / (1 / period) == period else { continue }
            let own = (0..<2).map { _ in DriveProperties.limits(&random, period: period) }
            let (real, copy) = (
                DriveUnderTest.real(own, period, [0, 0]),
                DriveUnderTest.copy(nil)(own, period, [0, 0])
            )
            for tick in 0..<300 {
                let target: [Double]? =
                    tick % 70 > 60
                    ? nil : own.map { Double.random(in: $0.lower...$0.upper, using: &random) }
                let share = tick % 90 < 60 ? 1 : 0.4
                let (one, other) = (real.step(target, share), copy.step(target, share))
                if one != other {
                    Issue.record("seed \(seed) set \(set) tick \(tick): \(one), \(other)")
                    return
                }
            }
        }
    }

    @Test("Each mistake breaks a property", arguments: DriveMistake.allCases)
    func caught(mistake: DriveMistake) {
        let isCaught = Self.seeds.contains {
            DriveProperties.violation(of: DriveUnderTest.copy(mistake), seed: $0) != nil
        }
        #expect(isCaught, "nothing sees \(mistake.rawValue)")
    }

    @Test(
        "The checker agrees with the limiter, and brakes velocities to 0 by itself",
        arguments: seeds)
    func checker(seed: UInt64) {
        var random = SplitMix(seed: seed)
        for set in 0..<100 {
            let period = DriveProperties.period(&random)
            let own = (0..<2).map { _ in DriveProperties.limits(&random, period: period) }
            let robot = DriveUnderTest.robot(own, period: period)
            let drive = DriveUnderTest.real(own, robot.tickSeconds, [0, 0])
            var checker = OutputChecker(limits: CompiledLimits(robot))
            checker.restart(at: AxisVector(count: 2))
            var oracles = own.map {
                LimitOracle(limits: $0, period: robot.tickSeconds, position: 0)
            }
            for _ in 0..<Int.random(in: 1..<200, using: &random) {
                let target = own.map { Double.random(in: $0.lower...$0.upper, using: &random) }
                let next = drive.step(target, 1).map(\.position)
                let fault = checker.check(AxisVector(next))
                #expect(fault == nil, "seed \(seed) set \(set) \(own)")
                for axis in 0..<2 { _ = oracles[axis].violation(of: next[axis]) }
            }
            let refused = checker.check(AxisVector([.nan, 0]))
            #expect(refused != nil && checker.isTripped)
            var last = AxisVector(count: 2)
            for _ in 0..<20_000 {
                let next = checker.brake()
                for axis in 0..<2 {
                    if let found = oracles[axis].violation(of: next[axis]) {
                        Issue.record("seed \(seed) set \(set) \(own[axis]): \(found)")
                        return
                    }
                }
                last = next
                if next[0] == 0, next[1] == 0 { break }
            }
            #expect(last[0] == 0 && last[1] == 0, "seed \(seed) set \(set) \(own): \(last.values)")
        }
    }
}
