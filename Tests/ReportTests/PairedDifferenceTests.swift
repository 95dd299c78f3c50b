import Foundation
import Testing

@testable import Report
@testable import TestSupport

@Suite("Paired differences")
struct PairedDifferenceTests {
    @Test(
        "Quantiles of t are those of the tables, 95 % within",
        arguments: [
            (1, 12.706), (2, 4.303), (3, 3.182), (4, 2.776), (5, 2.571), (7, 2.365), (9, 2.262),
            (30, 2.042), (120, 1.980),
        ])
    func quantiles(degrees: Int, table: Double) {
        let t = StudentT.quantile(within: 0.95, degrees: degrees)
        #expect(abs(t - table) < 5e-4, "\(t)")
        #expect(abs(StudentT.probability(within: t, degrees: degrees) - 0.95) < 1e-12)
    }

    @Test("The probability is the integral of the density", arguments: [1, 2, 3, 4, 7, 10])
    func integral(degrees: Int) {
        let n = Double(degrees)
        func density(_ t: Double) -> Double {
            exp(lgamma((n + 1) / 2) - lgamma(n / 2)) / (n * Double.pi).squareRoot()
                * pow(1 + t * t / n, -(n + 1) / 2)
        }
        // Simpson's rule.
        let (t, parts) = (1.7, 2000)
        let step = t / Double(parts)
        let sum = (0...parts).reduce(0.0) { sum, index in
            let weight = index == 0 || index == parts ? 1.0 : index.isMultiple(of: 2) ? 2 : 4
            return sum + weight * density(Double(index) * step)
        }
        let wanted = 2 * sum * step / 3
        #expect(abs(StudentT.probability(within: t, degrees: degrees) - wanted) < 1e-10)
    }

    @Test("Mean, interval and sign-flip test by hand")
    func byHand() throws {
        let found = try #require(PairedDifference([1, 2, 3, 4]))
        #expect(found.mean == 2.5 && found.count == 4)
        let interval = try #require(found.interval)
        // s = √(5/3), t₃ = 3.182446.
        #expect(abs(interval.upperBound - (2.5 + 3.182446 * (5.0 / 12).squareRoot())) < 1e-5)
        #expect(abs(interval.lowerBound + interval.upperBound - 5) < 1e-12)
        // Only all signs and none of them come as far.
        #expect(found.signFlip == 2.0 / 16)
        // ±(1 + 2 − 3) = 0 is the least of all: every assignment is as far.
        #expect(PairedDifference([1, 2, -3])?.signFlip == 1)
        // |1 + 5| = 6; of the eight sums 6 and −6 and 6 … with a 0 each twice.
        #expect(PairedDifference([1, 0, 5])?.signFlip == 0.5)
        #expect(PairedDifference([]) == nil && PairedDifference([.nan]) == nil)
        let one = try #require(PairedDifference([3]))
        #expect(one.interval == nil && one.signFlip == 1)
    }

    @Test("The smallest two-sided probability is 2 of all assignments", arguments: [5, 8, 16])
    func smallest(count: Int) {
        let same = PairedDifference([Double](repeating: 0.1, count: count))
        #expect(same?.signFlip == 2 / pow(2, Double(count)))
        #expect(PairedDifference([Double](repeating: 1, count: 25))?.signFlip == nil)
    }

    @Test("Where nothing differs, few of many tests are below 5 %")
    func level() {
        let seed = UInt64.random(in: 0..<1_000_000)
        var random = UniformNumbers(state: seed)
        let few = (0..<2000).count { _ in
            let pairs = (0..<6).map { _ in random.normal() }
            return (PairedDifference(pairs)?.signFlip ?? 1) <= 0.05
        }
        // 3 of 64 assignments are 4.7 %, but they come in twos: exactly 1/32. Five deviations on either side.
        #expect((24...102).contains(few), "seed \(seed): \(few) of 2000")
    }
}
