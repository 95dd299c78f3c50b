import Foundation
import Neural

/// Layers of one row at a time, forward and backward; `Learning/Algorithm.md` A1–A3.
enum ReferenceLayer {
    /// y = x·W + b with W [I, O].
    static func affine(_ x: [Double], _ weights: [Double], _ bias: [Double]) -> [Double] {
        var y = bias
        for i in x.indices {
            for o in y.indices { y[o] += x[i] * weights[i * bias.count + o] }
        }
        return y
    }

    /// Adds dW = xᵀ·dy and db = dy to the gradient of `name`, and returns dx = dy·Wᵀ.
    static func affineBackward(
        _ dY: [Double], x: [Double], _ weights: [Double], _ name: String,
        gradient: inout ReferenceTensors
    ) -> [Double] {
        var dWeights = [Double](repeating: 0, count: weights.count)
        var dX = [Double](repeating: 0, count: x.count)
        for i in x.indices {
            for o in dY.indices {
                dWeights[i * dY.count + o] = x[i] * dY[o]
                dX[i] += dY[o] * weights[i * dY.count + o]
            }
        }
        gradient.add(dWeights, to: "\(name).weight")
        gradient.add(dY, to: "\(name).bias")
        return dX
    }

    /// What a normalisation's backward pass needs.
    struct Norm {
        var hat: [Double]
        /// 1/√(v + ε).
        var reciprocal: Double
        /// x̂ ⊙ scale + shift.
        var y: [Double]
    }

    /// LayerNorm with ε = 10⁻⁶; A2.
    static func normalise(_ x: [Double], _ scale: [Double], _ shift: [Double]) -> Norm {
        let count = Double(x.count)
        let mean = x.reduce(0, +) / count
        let variance = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
        let reciprocal = 1 / (variance + 1e-6).squareRoot()
        let hat = x.map { ($0 - mean) * reciprocal }
        let y = hat.indices.map { hat[$0] * scale[$0] + shift[$0] }
        return Norm(hat: hat, reciprocal: reciprocal, y: y)
    }

    /// Adds to the gradients of scale and shift of `name`, and returns dx.
    static func normaliseBackward(
        _ dY: [Double], _ norm: Norm, _ scale: [Double], _ name: String,
        gradient: inout ReferenceTensors
    ) -> [Double] {
        let count = Double(dY.count)
        gradient.add(dY.indices.map { dY[$0] * norm.hat[$0] }, to: "\(name).scale")
        gradient.add(dY, to: "\(name).shift")
        let u = dY.indices.map { dY[$0] * scale[$0] }
        let mean = u.reduce(0, +) / count
        let product = u.indices.reduce(0) { $0 + u[$1] * norm.hat[$1] } / count
        return u.indices.map { (u[$0] - mean - norm.hat[$0] * product) * norm.reciprocal }
    }

    /// y = x·σ(x); A3.
    static func swish(_ x: [Double]) -> [Double] { x.map { $0 / (1 + exp(-$0)) } }

    /// dy ⊙ y′.
    static func swishBackward(_ dY: [Double], x: [Double]) -> [Double] {
        dY.indices.map { index in
            let s = 1 / (1 + exp(-x[index]))
            return dY[index] * s * (1 + x[index] * (1 - s))
        }
    }
}

/// Numbers of one row of a key, one row at a time.
extension RandomKey {
    func normals(_ count: Int, row: UInt64) -> [Double] {
        var numbers = [Float](repeating: 0, count: count)
        fillNormal(&numbers, count: count, row: row)
        return numbers.map(Double.init)
    }

    func uniforms(_ count: Int, low: Float, high: Float, row: UInt64) -> [Double] {
        var numbers = [Float](repeating: 0, count: count)
        fillUniform(&numbers, count: count, low: low, high: high, row: row)
        return numbers.map(Double.init)
    }
}
