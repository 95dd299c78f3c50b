import Glibc
import Neural

/// The time embedding of all T steps and its backward pass; `Learning/Algorithm.md` 4.2, items 1 and 2.
///
/// Views into a scratch; lives as long as the caller's mark.
struct TimeEmbedding {
    let network: DiffusionNetwork
    /// [T, D/2 cosines then D/2 sines].
    let features: Matrix
    /// The swish's slope and result, [T, 2D].
    let slope: Matrix
    let active: Matrix
    /// [T, D].
    let embedding: Matrix

    init(network: DiffusionNetwork, scratch: Scratch) {
        self.network = network
        let steps = network.schedule.count
        let width = network.timeDimension
        features = scratch.matrix(rows: steps, columns: width)
        slope = scratch.matrix(rows: steps, columns: 2 * width)
        active = scratch.matrix(rows: steps, columns: 2 * width)
        embedding = scratch.matrix(rows: steps, columns: width)
    }

    func forward(_ parameters: UnsafePointer<Float>) {
        let half = network.timeDimension / 2
        // w, [D/2].
        let frequencies = parameters + network.fourier.offset
        for step in 0..<features.rows {
            for index in 0..<half {
                let angle = 2 * Float.pi * Float(step) * frequencies[index]
                features[step, index] = cosf(angle)
                features[step, half + index] = sinf(angle)
            }
        }
        network.timeIn.forward(parameters, features, into: slope)
        Swish.forward(slope, into: active, slope: slope)
        network.timeOut.forward(parameters, active, into: embedding)
    }

    /// Adds the gradients of the embedding's parameters; `dEmbedding` is [T, D].
    func backward(
        _ parameters: UnsafePointer<Float>, dEmbedding: Matrix,
        gradient: UnsafeMutablePointer<Float>, scratch: Scratch
    ) {
        let mark = scratch.mark()
        let steps = features.rows
        // ∂loss/∂(the wide layer), [T, 2D].
        let dWide = scratch.matrix(rows: steps, columns: slope.columns)
        network.timeOut.backward(
            parameters, dEmbedding, x: active, into: dWide, gradient: gradient)
        Swish.backward(dWide, slope: slope, into: dWide)
        // ∂loss/∂(cosines and sines), [T, D].
        let dFeatures = scratch.matrix(rows: steps, columns: features.columns)
        network.timeIn.backward(parameters, dWide, x: features, into: dFeatures, gradient: gradient)
        let half = network.timeDimension / 2
        // ∂loss/∂w, [D/2].
        let dFrequencies = gradient + network.fourier.offset
        for step in 0..<steps {
            let rate = 2 * Float.pi * Float(step)
            for index in 0..<half {
                let cosine = features[step, index]
                let sine = features[step, half + index]
                dFrequencies[index] +=
                    rate * (cosine * dFeatures[step, half + index] - sine * dFeatures[step, index])
            }
        }
        scratch.release(to: mark)
    }
}
