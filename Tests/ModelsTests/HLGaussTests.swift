import Foundation
import Neural
import Testing

@testable import Models

@Suite("HL-Gauss")
struct HLGaussTests {
    let gauss = HLGauss(bins: 128, minimum: -100, maximum: 0)

    func probabilities(_ value: Float) -> [Float] {
        let work = Arena(count: gauss.workCount)
        let row = Arena(count: gauss.bins)
        gauss.encode(value, into: row.base, work: work.base)
        return Array(row.buffer)
    }

    @Test("The published fixture at −50 holds to five places")
    func middle() {
        let p = probabilities(-50)
        let expected: [Float] = [0.14322, 0.32711, 0.32711, 0.14322, 0.02733]
        for (offset, value) in expected.enumerated() {
            #expect(abs(p[62 + offset] - value) < 6e-6)
        }
        let entropy = -p.reduce(0) { $0 + ($1 > 0 ? $1 * Foundation.log($1) : 0) }
        #expect(abs(entropy - 1.5136) < 6e-5)
    }

    @Test("The published fixture at the upper edge holds to five places")
    func edge() {
        let p = probabilities(0)
        for (bin, value) in [(125, 0.05467), (126, 0.28643), (127, 0.65422)] as [(Int, Float)] {
            #expect(abs(p[bin] - value) < 6e-6)
        }
    }

    @Test(
        "Decoding an encoded value shows the published edge bias",
        arguments: [
            (0, -0.711), (-0.5, -0.907), (-1, -1.193), (-2, -2.019), (-50, -50), (-99, -98.807),
            (-100, -99.289),
        ] as [(Float, Float)])
    func edgeBias(value: Float, decoded: Float) {
        let p = probabilities(value)
        let result = p.withUnsafeBufferPointer { gauss.decode($0.baseAddress!) }
        #expect(abs(result - decoded) < 1.5e-3)
    }

    @Test(
        "Targets far outside the support stay finite, normalised and at the nearer end",
        arguments: [5, 60, 1000, -105, -160, -1100] as [Float])
    func farOutside(value: Float) {
        let p = probabilities(value)
        #expect(p.allSatisfy { $0.isFinite && $0 >= 0 })
        #expect(abs(p.reduce(0, +) - 1) < 1e-4)
        #expect((value > 0 ? p[127] : p[0]) > 0.9)
    }

    @Test("It agrees with differences of erf in double precision", arguments: [32, 64, 128])
    func oracle(bins: Int) {
        let gauss = HLGauss(bins: bins, minimum: -40, maximum: 2)
        let work = Arena(count: gauss.workCount)
        let row = Arena(count: bins)
        let width = 42.0 / Double(bins)
        func cdf(_ x: Double) -> Double { 0.5 * erfc(-x / 2.0.squareRoot()) }
        for value in stride(from: -41.0, through: 3.0, by: 0.37) {
            gauss.encode(Float(value), into: row.base, work: work.base)
            let unit = 2.0.squareRoot() * 0.75 * width
            let total = cdf((2 - value) / unit) - cdf((-40 - value) / unit)
            for bin in 0..<bins {
                let low = -40 + Double(bin) * width
                let p = cdf((low + width - value) / unit) - cdf((low - value) / unit)
                #expect(abs(Double(row.base[bin]) - p / total) < 2e-5)
            }
        }
    }
}
