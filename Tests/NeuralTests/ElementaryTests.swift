import Glibc
import Testing

@testable import Neural

@Suite("Elementary functions")
struct ElementaryTests {
    /// The largest error over evenly spaced arguments, in units of the result's last place.
    private func ulps(
        from low: Float, to high: Float, _ f: (Lanes) -> Lanes, _ reference: (Double) -> Double
    ) -> Double {
        var worst = 0.0
        let count = 200_000
        for start in stride(from: 0, to: count, by: 16) {
            var x = Lanes(repeating: 0)
            for lane in 0..<16 {
                x[lane] = low + (high - low) * Float(start + lane) / Float(count)
            }
            let y = f(x)
            for lane in 0..<16 {
                let expected = reference(Double(x[lane]))
                let unit = Double(max(Float(abs(expected)).ulp, Float.leastNormalMagnitude.ulp))
                let error = abs(Double(y[lane]) - expected) / unit
                if !(error <= worst) { worst = error }
            }
        }
        return worst
    }

    @Test("the exponential is within 1.5 units in the last place")
    func exponentialIsAccurate() {
        #expect(ulps(from: -87, to: 88, exponential, Glibc.exp) < 1.5)
        #expect(ulps(from: -1, to: 1, exponential, Glibc.exp) < 1.5)
    }

    @Test("the exponential saturates to zero and infinity and keeps what is not a number")
    func exponentialSaturates() {
        #expect(exponential(Lanes(repeating: -200))[3] == 0)
        #expect(exponential(Lanes(repeating: -.infinity))[3] == 0)
        #expect(exponential(Lanes(repeating: 200))[3] == .infinity)
        #expect(exponential(Lanes(repeating: .infinity))[3] == .infinity)
        #expect(exponential(Lanes(repeating: .nan))[3].isNaN)
        #expect(exponential(Lanes(repeating: 0))[3] == 1)
    }

    @Test("the logistic function is within 4e-7 relative")
    func sigmoidIsAccurate() {
        #expect(ulps(from: -80, to: 80, sigmoid, { 1 / (1 + Glibc.exp(-$0)) }) < 6)
        #expect(ulps(from: -20, to: 20, sigmoid, { 1 / (1 + Glibc.exp(-$0)) }) < 4)
        #expect(sigmoid(Lanes(repeating: 1e30))[0] == 1)
        #expect(sigmoid(Lanes(repeating: -1e30))[0] < 1e-37)
        #expect(sigmoid(Lanes(repeating: .nan))[0].isNaN)
    }

    @Test("the logarithm is within 2 units in the last place, and exact at its ends")
    func logarithmIsAccurate() {
        #expect(ulps(from: 1e-6, to: 4, logarithm, Glibc.log) < 2)
        #expect(ulps(from: 0.99, to: 1.01, logarithm, Glibc.log) < 2)
        #expect(ulps(from: 1, to: 1e30, logarithm, Glibc.log) < 2)
        #expect(ulps(from: 2e-38, to: 1e-30, logarithm, Glibc.log) < 2)
        #expect(logarithm(Lanes(repeating: 1))[0] == 0)
        #expect(logarithm(Lanes(repeating: 0))[0] == -.infinity)
        #expect(logarithm(Lanes(repeating: .infinity))[0] == .infinity)
        #expect(logarithm(Lanes(repeating: -1))[0].isNaN)
        #expect(logarithm(Lanes(repeating: .nan))[0].isNaN)
    }

    @Test(
        "the logarithm of the normal distribution function is within 5e-7 relative, wider in the upper tail"
    )
    func normalIsAccurate() {
        for x in stride(from: Float(-37), to: 8, by: 0.003) {
            let expected: Double
            let half = Double(x) / 2.0.squareRoot()
            if x < 0 {
                expected = Glibc.log(0.5 * erfc(-half))
            } else {
                expected = log1p(-0.5 * erfc(half))
            }
            // For positive x the result is −e^t with t about −x²/2, and t is rounded.
            let bound = x < 0 ? 5e-7 : 5e-7 + 6e-8 * Double(x * x)
            let found = Double(logNormalCDF(Lanes(repeating: x))[0])
            #expect(abs(found - expected) <= bound * abs(expected), "at \(x)")
        }
        let far = logNormalCDF(Lanes(repeating: -1e4))[0]
        #expect(abs(far / -5.000_001e7 - 1) < 1e-6)
        #expect(logNormalCDF(Lanes(repeating: 40))[0] == 0)
        #expect(logNormalCDF(Lanes(repeating: .nan))[0].isNaN)
    }

    @Test("sine and cosine are within 2e-7 of every fraction of a turn")
    func circularFunctionsAreAccurate() {
        for i in 0..<4096 {
            let turn = UInt32(i) << 20
            let (s, c) = sineAndCosine(turn: SIMD16(repeating: turn))
            let angle = Double(turn) / 4_294_967_296 * 2 * Double.pi
            #expect(abs(Double(s[5]) - sin(angle)) < 2e-7)
            #expect(abs(Double(c[5]) - cos(angle)) < 2e-7)
        }
    }

    @Test(
        "a loop over a buffer gives the same as its lanes, at every length",
        arguments: awkwardCounts)
    func buffersMatchLanes(count: Int) {
        let x = Owned(normal: 3, 1, count)
        let y = Owned(1, count + 1)
        y.base[count] = 77
        VectorMath.exp(x.base, into: y.base, count: count)
        for i in 0..<count {
            #expect(y.base[i] == exponential(Lanes(repeating: x.base[i]))[0])
        }
        #expect(y.base[count] == 77)
    }
}
