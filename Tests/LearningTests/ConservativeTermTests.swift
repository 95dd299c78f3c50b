import Embodiment
import Foundation
import Neural
import Recipe
import Testing

@testable import Learning

@Suite("Conservative term")
struct ConservativeTermTests {
    static func settings(
        importance: Bool = false, calibrateRandom: Bool = false
    ) -> CriticSettings {
        var settings = CriticSettings()
        settings.importanceSampling = importance
        settings.calibrateRandomActions = calibrateRandom
        return settings
    }

    static func values(_ count: Int, seed: UInt64, centre: Float) -> [Float] {
        var values = [Float](repeating: 0, count: count)
        RandomKey(seed: seed, stream: 1, step: 0).fillNormal(&values, count: count)
        return values.map { centre + 3 * $0 }
    }

    @Test(
        "The compressed form equals the explicit sum of 31 entries",
        arguments: 1...20 as ClosedRange<UInt64>)
    func explicitSum(seed: UInt64) {
        let term = ConservativeTerm(settings: Self.settings(), policyCount: 1, actionCount: 7)
        #expect(term.count == 13)
        let values = Self.values(13, seed: seed, centre: -20)
        let monteCarlo = Self.values(1, seed: seed + 100, centre: -20)[0]
        var gradients = [Float](repeating: 0, count: 13)
        let result = term.evaluate(
            values, returnToGo: monteCarlo, nextDensities: nil, currentDensities: nil,
            gradients: &gradients)
        // Explicitly: 10 random, 10 times the next action, 10 times the current one, the data.
        var entries = values[1...10].map(Double.init)
        entries += Array(repeating: Double(max(values[11], monteCarlo)), count: 10)
        entries += Array(repeating: Double(max(values[12], monteCarlo)), count: 10)
        entries.append(Double(values[0]))
        #expect(entries.count == 31)
        let largest = entries.max()!
        let sum = entries.reduce(0) { $0 + exp($1 - largest) }
        let expected = largest + log(sum) - log(31) - Double(values[0])
        #expect(abs(Double(result.difference) - expected) < 1e-4)
        #expect(
            result.bound == (values[11] < monteCarlo ? 1 : 0) + (values[12] < monteCarlo ? 1 : 0))
        // Gradients: softmax shares of the entries that a value stands for.
        for index in 0..<13 {
            var share: Double
            switch index {
            case 0: share = exp(Double(values[0]) - largest) / sum - 1
            case 1...10: share = exp(Double(values[index]) - largest) / sum
            default:
                share =
                    values[index] > monteCarlo ? 10 * exp(Double(values[index]) - largest) / sum : 0
            }
            #expect(abs(Double(gradients[index]) - share) < 1e-5)
            share = 0
        }
    }

    @Test(
        "Gradients agree with finite differences in every variant",
        arguments: [(1, false, false), (10, false, false), (10, true, true), (10, true, false)])
    func finiteDifferences(policyCount: Int, importance: Bool, calibrateRandom: Bool) {
        let term = ConservativeTerm(
            settings: Self.settings(importance: importance, calibrateRandom: calibrateRandom),
            policyCount: policyCount, actionCount: 3)
        var values = Self.values(term.count, seed: 3, centre: -5)
        let densities = Self.values(2 * policyCount, seed: 4, centre: 0)
        var gradients = [Float](repeating: 0, count: term.count)
        var spare = gradients
        func loss(_ gradients: inout [Float]) -> Float {
            densities.withUnsafeBufferPointer { densities in
                let base = densities.baseAddress!
                return term.evaluate(
                    values, returnToGo: -6, nextDensities: base,
                    currentDensities: base + policyCount, gradients: &gradients
                ).difference
            }
        }
        _ = loss(&gradients)
        for index in 0..<term.count {
            let old = values[index]
            values[index] = old + 1e-2
            let above = loss(&spare)
            values[index] = old - 1e-2
            let below = loss(&spare)
            values[index] = old
            #expect(abs((above - below) / 0.02 - gradients[index]) < 2e-3)
        }
    }

    @Test("With n samples a block weighs as much as one action n times")
    func blocks() {
        let one = ConservativeTerm(settings: Self.settings(), policyCount: 1, actionCount: 3)
        let ten = ConservativeTerm(settings: Self.settings(), policyCount: 10, actionCount: 3)
        let random = Self.values(11, seed: 8, centre: -5)
        var a = [Float](repeating: 0, count: one.count)
        var b = [Float](repeating: 0, count: ten.count)
        let first = one.evaluate(
            random + [-4, -3], returnToGo: -100, nextDensities: nil, currentDensities: nil,
            gradients: &a)
        let second = ten.evaluate(
            random + Array(repeating: -4, count: 10) + Array(repeating: -3, count: 10),
            returnToGo: -100, nextDensities: nil, currentDensities: nil, gradients: &b)
        #expect(abs(first.difference - second.difference) < 1e-5)
        #expect(abs(a[11] - b[11...20].reduce(0, +)) < 1e-5)
    }

    @Test(
        "Equal values give no difference, as at a fresh critic; equality with the return halves the gradient"
    )
    func equality() {
        let term = ConservativeTerm(settings: Self.settings(), policyCount: 1, actionCount: 3)
        let values = [Float](repeating: -50, count: 13)
        var gradients = values
        let result = term.evaluate(
            values, returnToGo: -50, nextDensities: nil, currentDensities: nil,
            gradients: &gradients)
        #expect(abs(result.difference) < 1e-5)
        #expect(abs(gradients[11] - 0.5 * 10 / 31) < 1e-6)
        #expect(abs(gradients[0] - (1.0 / 31 - 1)) < 1e-6)
    }
}
