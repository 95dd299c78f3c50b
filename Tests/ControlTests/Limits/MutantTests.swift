import Embodiment
import Testing

@testable import Control

/// The properties are worth something if they see: each mistake one could make must be seen by them.
@Suite("Limiter mistakes")
struct MutantTests {
    static let seeds: [UInt64] = [101, 102]

    @Test("The real limiter has every property", arguments: seeds)
    func real(seed: UInt64) {
        #expect(LimiterProperties.violation(of: .real, seed: seed) == nil, "seed \(seed)")
    }

    @Test("The copy without a mistake is the real limiter, bit for bit", arguments: seeds)
    func faithful(seed: UInt64) {
        var random = SplitMix(seed: seed)
        let (real, copy) = (LimiterUnderTest.real, LimiterUnderTest.copy(nil))
        for set in 0..<120 {
            let (limits, period) =
                set % 2 == 0
                ? Adversary.secondOrder(&random) : Adversary.thirdOrder(&random)
            var motion = AxisMotion(
                position: Double.random(in: limits.lower...limits.upper, using: &random))
            for tick in 0..<200 {
                var desired = Adversary.wish(
                    set % Adversary.styles, tick: tick, limits: limits, random: &random)
                let target = Double.random(in: limits.lower...limits.upper, using: &random)
                let approach = real.approach(motion, target, limits, period)
                #expect(approach == copy.approach(motion, target, limits, period))
                if tick % 3 == 0 { desired = approach }
                let next = real.advance(motion, desired, limits, period)
                let other = copy.advance(motion, desired, limits, period)
                if next != other {
                    Issue.record("seed \(seed) set \(set) tick \(tick): \(next), \(other)")
                    return
                }
                motion = next
            }
        }
        for set in 0..<60 {
            // A period that is its own inverse's inverse, as the robot's rate makes it.
            let period = 1 / (1 / Double.random(in: 0.002...0.05, using: &random))
            guard 1 / (1 / period) == period else { continue }
            let limits = (0..<3).map { _ in
                AxisLimits(
                    lower: -Double.random(in: 0.05...2, using: &random),
                    upper: Double.random(in: 0.05...2, using: &random),
                    velocity: Double.random(in: 0.1...2, using: &random),
                    acceleration: Double.random(in: 0.5...20, using: &random))
            }
            let first = real.group([0, 0, 0], limits, period)
            let second = copy.group([0, 0, 0], limits, period)
            for tick in 0..<200 {
                let wish = limits.map {
                    Adversary.wish(
                        set % Adversary.styles, tick: tick, limits: $0, random: &random)
                }
                let (next, other) = (first(wish), second(wish))
                if next != other {
                    Issue.record("seed \(seed) set \(set) tick \(tick): \(next), \(other)")
                    return
                }
            }
        }
    }

    @Test("Each mistake breaks a property", arguments: LimiterMistake.allCases)
    func caught(mistake: LimiterMistake) {
        let limiter = LimiterUnderTest.copy(mistake)
        let isCaught = Self.seeds.contains {
            LimiterProperties.violation(of: limiter, seed: $0) != nil
        }
        #expect(isCaught, "nothing sees \(mistake.rawValue)")
    }

    @Test("There are at least thirty mistakes")
    func count() { #expect(LimiterMistake.allCases.count >= 30) }
}
