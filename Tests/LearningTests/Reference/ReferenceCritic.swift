import Embodiment
import Foundation
import Recipe

/// The critic ensemble on one state and action at a time; `Learning/Algorithm.md` 3.3 and 3.7.
struct ReferenceCritic {
    let settings: CriticSettings
    let actionCount: Int

    /// What one member computed for one row.
    struct Pass {
        /// What enters each hidden layer.
        var inputs: [[Double]] = []
        var norms: [ReferenceLayer.Norm] = []
        /// What enters the output layer.
        var last: [Double] = []
        /// Probabilities of the bins, or nothing.
        var probabilities: [Double] = []
        var value = 0.0
    }

    private func head(_ member: Int) -> String {
        settings.sharedHead ? "head" : "member\(member).head"
    }

    /// Q_e(s, a).
    func pass(_ member: Int, _ p: ReferenceTensors, _ s: [Double], _ a: [Double]) -> Pass {
        var pass = Pass()
        var active = s
        for layer in 0..<settings.layers {
            let name = "member\(member).layer\(layer)"
            let takesAction = layer == 0 || settings.trunk == .layerInput
            let input = takesAction ? active + a : active
            let sums = ReferenceLayer.affine(input, p["\(name).weight"], p["\(name).bias"])
            let norm = ReferenceLayer.normalise(
                sums, p["\(name).norm.scale"], p["\(name).norm.shift"])
            pass.inputs.append(input)
            pass.norms.append(norm)
            active = ReferenceLayer.swish(norm.y)
        }
        pass.last = active
        let name = head(member)
        let outputs = ReferenceLayer.affine(active, p["\(name).weight"], p["\(name).bias"])
        guard settings.head == .distributional else {
            pass.value = outputs[0]
            return pass
        }
        let largest = outputs.max() ?? 0
        let powers = outputs.map { exp($0 - largest) }
        let total = powers.reduce(0, +)
        pass.probabilities = powers.map { $0 / total }
        for bin in 0..<settings.bins { pass.value += pass.probabilities[bin] * centre(bin) }
        return pass
    }

    /// ∂loss/∂output for a gradient of the value.
    func seed(_ pass: Pass, ofValue gradient: Double) -> [Double] {
        guard settings.head == .distributional else { return [gradient] }
        return (0..<settings.bins).map {
            gradient * pass.probabilities[$0] * (centre($0) - pass.value)
        }
    }

    /// The loss of one row's value against a target, and ∂loss/∂output; `Learning/Algorithm.md` 3.2.
    func training(_ pass: Pass, target: Double) -> (loss: Double, seed: [Double]) {
        guard settings.head == .distributional else {
            let difference = pass.value - target
            return (difference * difference, [2 * difference])
        }
        let wanted = encode(target)
        var loss = 0.0
        for bin in 0..<settings.bins { loss -= wanted[bin] * log(pass.probabilities[bin]) }
        return (loss, (0..<settings.bins).map { pass.probabilities[$0] - wanted[$0] })
    }

    /// Adds the parameters' gradients for ∂loss/∂output and returns ∂loss/∂a.
    func backward(
        _ member: Int, _ p: ReferenceTensors, _ pass: Pass, seed: [Double],
        gradient: inout ReferenceTensors
    ) -> [Double] {
        var dAction = [Double](repeating: 0, count: actionCount)
        var dActive = ReferenceLayer.affineBackward(
            seed, x: pass.last, p["\(head(member)).weight"], head(member), gradient: &gradient)
        for layer in (0..<settings.layers).reversed() {
            let name = "member\(member).layer\(layer)"
            let norm = pass.norms[layer]
            let dNorm = ReferenceLayer.swishBackward(dActive, x: norm.y)
            let dSums = ReferenceLayer.normaliseBackward(
                dNorm, norm, p["\(name).norm.scale"], "\(name).norm", gradient: &gradient)
            let dInput = ReferenceLayer.affineBackward(
                dSums, x: pass.inputs[layer], p["\(name).weight"], name, gradient: &gradient)
            if layer == 0 || settings.trunk == .layerInput {
                for axis in 0..<actionCount {
                    dAction[axis] += dInput[dInput.count - actionCount + axis]
                }
                dActive = Array(dInput.dropLast(actionCount))
            } else {
                dActive = dInput
            }
        }
        return dAction
    }

    /// The mean over members, and where wanted its gradient with respect to the action.
    func mean(
        _ p: ReferenceTensors, _ s: [Double], _ a: [Double], withSlope: Bool = true
    ) -> (value: Double, slope: [Double]) {
        let share = 1 / Double(settings.ensembleSize)
        var value = 0.0
        var slope = [Double](repeating: 0, count: actionCount)
        var unwanted = ReferenceTensors(zerosLike: p)
        for member in 0..<settings.ensembleSize {
            let pass = pass(member, p, s, a)
            value += share * pass.value
            guard withSlope else { continue }
            let dAction = backward(
                member, p, pass, seed: seed(pass, ofValue: share), gradient: &unwanted)
            for axis in 0..<actionCount { slope[axis] += dAction[axis] }
        }
        return (value, slope)
    }

    /// The mean over members less `pessimism` of their standard deviations.
    func score(
        _ p: ReferenceTensors, _ s: [Double], _ a: [Double], pessimism: Double
    ) -> Double {
        let values = (0..<settings.ensembleSize).map { pass($0, p, s, a).value }
        let mean = values.reduce(0, +) / Double(values.count)
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
        return mean - pessimism * variance.squareRoot()
    }

    /// The middle of a bin.
    private func centre(_ bin: Int) -> Double { (edge(bin) + edge(bin + 1)) / 2 }

    private func edge(_ index: Int) -> Double {
        settings.qMin + Double(index) * (settings.qMax - settings.qMin) / Double(settings.bins)
    }

    /// HL-Gauss: the bins' shares of a Gaussian around a target, cut off at the support; `Learning/Algorithm.md` 3.3.
    private func encode(_ target: Double) -> [Double] {
        let width = (settings.qMax - settings.qMin) / Double(settings.bins)
        /// Φ above less Φ below, in the tail where both are small.
        func mass(_ low: Double, _ high: Double) -> Double {
            let from = (low - target) / (2.0.squareRoot() * 0.75 * width)
            let to = (high - target) / (2.0.squareRoot() * 0.75 * width)
            return from >= 0 ? normalCDF(-from) - normalCDF(-to) : normalCDF(to) - normalCDF(from)
        }
        let whole = mass(settings.qMin, settings.qMax)
        return (0..<settings.bins).map { mass(edge($0), edge($0 + 1)) / whole }
    }

    private func normalCDF(_ x: Double) -> Double { 0.5 * erfc(-x / 2.0.squareRoot()) }
}
