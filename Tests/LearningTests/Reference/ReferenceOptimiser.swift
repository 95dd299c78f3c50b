import Embodiment
import Foundation
import Neural
import Recipe

/// Action optimisation of one state at a time, every candidate by itself; `Learning/Algorithm.md` 2.2.
struct ReferenceOptimiser {
    let critic: ReferenceCritic
    let settings: OptimisationSettings
    let mistake: ReferenceMistake?

    /// What one state's optimisation came to.
    struct Result {
        var chosen: [Double] = []
        var value = 0.0
        /// Sums over the candidates that were climbed.
        var climbed = 0
        var gain = 0.0
        var slopeNorm = 0.0
        var shift = 0.0
    }

    /// Candidates per state, N.
    var candidateCount: Int { settings.baseActions }
    /// Candidates kept, K.
    var keptCount: Int { settings.keptActions }

    /// Chooses one optimised action.
    ///
    /// - Parameters:
    ///   - draw: a number in [0, 1) and the temperature to draw with; nil for the best.
    ///   - calls: notes how close each decision was.
    func optimise(
        _ p: ReferenceTensors, _ s: [Double], candidates: [[Double]], datasetAction: [Double]?,
        draw: (number: Double, temperature: Double)?, calls: inout CloseCalls
    ) -> Result {
        var kept = keep(p, s, candidates, calls: &calls)
        if let datasetAction, mistake != .datasetActionLost {
            if !kept.isEmpty { kept.removeFirst() }
            kept.append(datasetAction)
        }
        var result = Result()
        var scores: [Double] = []
        for index in kept.indices {
            let start = kept[index]
            let best = climb(p, s, start, result: &result, calls: &calls)
            kept[index] = best.action
            scores.append(
                settings.pessimism > 0
                    ? critic.score(p, s, best.action, pessimism: settings.pessimism) : best.value)
        }
        let index = select(kept, scores, draw: draw, calls: &calls)
        result.chosen = kept[index]
        result.value = scores[index]
        return result
    }

    /// The K best of N, ascending; all of them unsorted if K = N.
    private func keep(
        _ p: ReferenceTensors, _ s: [Double], _ candidates: [[Double]], calls: inout CloseCalls
    ) -> [[Double]] {
        guard keptCount < candidates.count else { return candidates }
        let count = mistake == .candidateMissing ? candidates.count - 1 : candidates.count
        let scores = candidates.prefix(count).map {
            critic.score(p, s, $0, pessimism: settings.pessimism)
        }
        let order = scores.indices.sorted {
            (scores[$0], $0) < (scores[$1], $1)
        }
        for place in (count - keptCount)..<count where place > 0 {
            let (low, high) = (order[place - 1], order[place])
            calls.note(scores[high] - scores[low], candidates[high], candidates[low])
        }
        return order.suffix(keptCount).map { candidates[$0] }
    }

    /// G clipped steps uphill, and the best iterate.
    private func climb(
        _ p: ReferenceTensors, _ s: [Double], _ start: [Double], result: inout Result,
        calls: inout CloseCalls
    ) -> (action: [Double], value: Double) {
        var action = start
        var (current, slope) = critic.mean(p, s, action)
        var best = (action: action, value: current)
        let startValue = current
        guard settings.optimiser == .gradient, settings.steps > 0 else { return best }
        let steps = mistake == .stepMissing ? settings.steps - 1 : settings.steps
        var slopeNorm = 0.0
        for step in 0..<steps {
            let stride = asHeld(mistake == .downhill ? -settings.stepSize : settings.stepSize)
            slopeNorm = slope.reduce(0) { $0 + $1 * $1 }.squareRoot()
            calls.steepest = max(calls.steepest, slopeNorm)
            for axis in action.indices {
                let moved = action[axis] + stride * slope[axis]
                action[axis] = mistake == .notClipped ? moved : min(1, max(-1, moved))
            }
            (current, slope) = critic.mean(p, s, action, withSlope: step + 1 < steps)
            calls.note(abs(current - best.value), action, best.action)
            if current >= best.value || mistake == .lastIterate { best = (action, current) }
        }
        result.climbed += 1
        result.gain += best.value - startValue
        result.slopeNorm += slopeNorm
        for axis in start.indices { result.shift += abs(best.action[axis] - start[axis]) }
        return best
    }

    /// The best of the optimised candidates, or a draw from softmax(score/temperature).
    private func select(
        _ kept: [[Double]], _ scores: [Double], draw: (number: Double, temperature: Double)?,
        calls: inout CloseCalls
    ) -> Int {
        var best = 0
        for index in scores.indices where scores[index] > scores[best] { best = index }
        guard let draw else {
            for index in scores.indices where index != best {
                calls.note(scores[best] - scores[index], kept[best], kept[index])
            }
            return best
        }
        let powers = scores.map { exp(($0 - scores[best]) / draw.temperature) }
        let total = powers.reduce(0, +)
        var passed = 0.0
        for index in powers.indices {
            passed += powers[index] / total
            // A value that is off by δ moves a share by about δ over the temperature.
            if index + 1 < powers.count {
                calls.note(abs(draw.number - passed) * draw.temperature)
            }
            if draw.number < passed { return index }
        }
        return powers.count - 1
    }
}

/// How close a run's decisions were: rounding must not have made another one.
struct CloseCalls {
    /// The smallest gap between two values of which one was chosen.
    var closest = Double.infinity
    /// The largest slope of a value, by which an action's error becomes a value's.
    var steepest = 0.0

    mutating func note(_ gap: Double) { closest = min(closest, gap) }

    /// Between actions that are as good as equal it does not matter which is taken.
    mutating func note(_ gap: Double, _ a: [Double], _ b: [Double]) {
        if zip(a, b).contains(where: { abs($0 - $1) > 1e-4 }) { note(gap) }
    }
}
