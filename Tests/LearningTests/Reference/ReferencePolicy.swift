import Embodiment
import Foundation
import Neural
import Recipe

/// The diffusion policy on one row at a time, with nothing computed ahead; `Learning/Algorithm.md` 4.2.
struct ReferencePolicy {
    let settings: DiffusionSettings
    let actionCount: Int
    let mistake: ReferenceMistake?
    private let beta: [Double]
    private let alphaBar: [Double]

    init(settings: DiffusionSettings, actionCount: Int, mistake: ReferenceMistake?) {
        self.settings = settings
        self.actionCount = actionCount
        self.mistake = mistake
        let count = Double(settings.diffusionSteps)
        func signal(_ time: Double) -> Double {
            let root = cos((time / count + 0.008) / 1.008 * Double.pi / 2)
            return root * root
        }
        let beta = (0..<settings.diffusionSteps).map {
            min(0.999, max(0, 1 - signal(Double($0 + 1)) / signal(Double($0))))
        }
        self.beta = beta
        alphaBar = beta.indices.map { last in
            beta[0...last].reduce(1) { $0 * (1 - $1) }
        }
    }

    /// What the network computed for one row.
    struct Pass {
        var features: [Double] = []
        /// Before the swish.
        var timeWide: [Double] = []
        var input: [Double] = []
        var blocks: [Block] = []
        var trunk: [Double] = []
        var predicted: [Double] = []

        struct Block {
            var norm: ReferenceLayer.Norm
            /// Before the swish.
            var wide: [Double]
        }
    }

    /// ε̂(s, x, t); `factors` are the dropout's, one set per block.
    func predict(
        _ p: ReferenceTensors, _ s: [Double], _ x: [Double], time: Int, factors: [[Double]]?
    ) -> Pass {
        var pass = Pass()
        let angles = p["time.fourier"].map { 2 * Double.pi * Double(time) * $0 }
        pass.features = angles.map { cos($0) } + angles.map { sin($0) }
        pass.timeWide = ReferenceLayer.affine(
            pass.features, p["time.in.weight"], p["time.in.bias"])
        let embedding = ReferenceLayer.affine(
            ReferenceLayer.swish(pass.timeWide), p["time.out.weight"], p["time.out.bias"])
        pass.input = embedding + s + x
        pass.trunk = ReferenceLayer.affine(pass.input, p["input.weight"], p["input.bias"])
        for block in 0..<settings.trunk.blocks {
            let name = "block\(block)"
            var dropped = pass.trunk
            if let factors {
                for index in dropped.indices { dropped[index] *= factors[block][index] }
            }
            let norm = ReferenceLayer.normalise(
                dropped, p["\(name).norm.scale"], p["\(name).norm.shift"])
            let wide = ReferenceLayer.affine(norm.y, p["\(name).up.weight"], p["\(name).up.bias"])
            let added = ReferenceLayer.affine(
                ReferenceLayer.swish(wide), p["\(name).down.weight"], p["\(name).down.bias"])
            for index in added.indices { pass.trunk[index] += added[index] }
            pass.blocks.append(Pass.Block(norm: norm, wide: wide))
        }
        pass.predicted = ReferenceLayer.affine(
            ReferenceLayer.swish(pass.trunk), p["output.weight"], p["output.bias"])
        return pass
    }

    /// Adds the parameters' gradients for ∂loss/∂ε̂.
    private func backward(
        _ p: ReferenceTensors, _ pass: Pass, seed: [Double], factors: [[Double]], time: Int,
        gradient: inout ReferenceTensors
    ) {
        let dLast = ReferenceLayer.affineBackward(
            seed, x: ReferenceLayer.swish(pass.trunk), p["output.weight"], "output",
            gradient: &gradient)
        var dTrunk = ReferenceLayer.swishBackward(dLast, x: pass.trunk)
        for block in (0..<settings.trunk.blocks).reversed() {
            let name = "block\(block)"
            let kept = pass.blocks[block]
            let dActive = ReferenceLayer.affineBackward(
                dTrunk, x: ReferenceLayer.swish(kept.wide), p["\(name).down.weight"],
                "\(name).down", gradient: &gradient)
            let dWide = ReferenceLayer.swishBackward(dActive, x: kept.wide)
            let dNorm = ReferenceLayer.affineBackward(
                dWide, x: kept.norm.y, p["\(name).up.weight"], "\(name).up", gradient: &gradient)
            let dDropped = ReferenceLayer.normaliseBackward(
                dNorm, kept.norm, p["\(name).norm.scale"], "\(name).norm", gradient: &gradient)
            for index in dTrunk.indices {
                dTrunk[index] += dDropped[index] * factors[block][index]
            }
        }
        let dInput = ReferenceLayer.affineBackward(
            dTrunk, x: pass.input, p["input.weight"], "input", gradient: &gradient)
        let dEmbedding = Array(dInput.prefix(settings.trunk.timeDimension))
        let dTimeActive = ReferenceLayer.affineBackward(
            dEmbedding, x: ReferenceLayer.swish(pass.timeWide), p["time.out.weight"], "time.out",
            gradient: &gradient)
        let dTimeWide = ReferenceLayer.swishBackward(dTimeActive, x: pass.timeWide)
        let dFeatures = ReferenceLayer.affineBackward(
            dTimeWide, x: pass.features, p["time.in.weight"], "time.in", gradient: &gradient)
        if mistake == .timeLost { return }
        let half = settings.trunk.timeDimension / 2
        let dFrequencies = (0..<half).map { index in
            2 * Double.pi * Double(time)
                * (pass.features[index] * dFeatures[half + index]
                    - pass.features[half + index] * dFeatures[index])
        }
        gradient.add(dFrequencies, to: "time.fourier")
    }

    /// N actions at one state by ancestral sampling, clipped after every step.
    func sample(
        _ count: Int, _ p: ReferenceTensors, _ s: [Double], key: RandomKey, row: Int
    ) -> [[Double]] {
        func noise(_ step: Int) -> [[Double]] {
            let numbers = key.normals(
                count * actionCount, row: UInt64(row) << 8 | UInt64(step))
            return (0..<count).map {
                Array(numbers[($0 * actionCount)..<(($0 + 1) * actionCount)])
            }
        }
        var samples = noise(0)
        for step in (0..<settings.diffusionSteps).reversed() {
            let fresh = step > 0 ? noise(step) : []
            for index in 0..<count {
                let predicted = predict(p, s, samples[index], time: step, factors: nil).predicted
                for axis in 0..<actionCount {
                    let share = beta[step] / (1 - alphaBar[step]).squareRoot()
                    var value = samples[index][axis] - share * predicted[axis]
                    value /= (1 - beta[step]).squareRoot()
                    if step > 0 { value += beta[step].squareRoot() * fresh[index][axis] }
                    samples[index][axis] =
                        mistake == .notClipped ? value : min(1, max(-1, value))
                }
            }
        }
        return samples
    }

    /// Adds the gradient of one row's Σ_A (ε̂ − ε)² times `weight`, and returns the loss unweighted.
    func accumulate(
        _ p: ReferenceTensors, _ s: [Double], target: [Double], key: RandomKey, row: Int,
        weight: Double, gradient: inout ReferenceTensors
    ) -> Double {
        let number = UInt64(row) << 8
        let time = key.uniformInt(below: settings.diffusionSteps, index: number)
        let noise = key.normals(actionCount, row: number | 1)
        var (signal, spread) = (alphaBar[time].squareRoot(), (1 - alphaBar[time]).squareRoot())
        if mistake == .signalForSpread { (signal, spread) = (spread, signal) }
        let noisy = target.indices.map { signal * target[$0] + spread * noise[$0] }
        let kept = 1 / (1 - settings.trunk.dropout)
        let dropout = mistake == .dropoutLost ? 0 : asHeld(settings.trunk.dropout)
        let factors = (0..<settings.trunk.blocks).map { block in
            key.uniforms(settings.trunk.hidden, low: 0, high: 1, row: number | UInt64(2 + block))
                .map { $0 < dropout ? 0 : kept }
        }
        let pass = predict(p, s, noisy, time: time, factors: factors)
        var loss = 0.0
        var seed: [Double] = []
        for axis in 0..<actionCount {
            let difference = pass.predicted[axis] - noise[axis]
            loss += difference * difference
            seed.append(2 * weight * difference)
        }
        backward(
            p, pass, seed: seed, factors: factors, time: time, gradient: &gradient)
        return loss
    }
}
