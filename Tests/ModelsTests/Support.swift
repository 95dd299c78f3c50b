import Embodiment
import Models
import Neural
import Recipe

@testable import Models

/// A matrix that owns its memory.
final class Owned {
    let arena: Arena
    let matrix: Matrix

    init(rows: Int, columns: Int) {
        arena = Arena(count: rows * columns)
        matrix = arena.matrix(at: 0, rows: rows, columns: columns)
    }

    static func normal(rows: Int, columns: Int, seed: UInt64, scale: Float = 1) -> Owned {
        let owned = Owned(rows: rows, columns: columns)
        RandomKey(seed: seed, stream: 1, step: 0).fillNormal(owned.matrix)
        VectorMath.scale(owned.arena.base, count: owned.arena.count, by: scale)
        return owned
    }

    static func uniform(rows: Int, columns: Int, seed: UInt64) -> Owned {
        let owned = Owned(rows: rows, columns: columns)
        RandomKey(seed: seed, stream: 2, step: 0).fillUniform(owned.matrix, low: -0.9, high: 0.9)
        return owned
    }
}

/// Compares an analytic gradient with central differences along random directions and single coordinates.
///
/// - Returns: the largest error relative to max(|a|, |b|, floor).
func gradientError(
    at parameters: Arena, gradient: UnsafePointer<Float>, step: Float = 2e-3, floor: Float,
    indices: [Int], _ loss: () -> Double
) -> Double {
    var worst = 0.0
    for index in indices {
        let old = parameters.base[index]
        parameters.base[index] = old + step
        let above = loss()
        parameters.base[index] = old - step
        let below = loss()
        parameters.base[index] = old
        let numeric = (above - below) / Double(2 * step)
        let analytic = Double(gradient[index])
        let size = max(abs(numeric), abs(analytic), Double(floor))
        worst = max(worst, abs(numeric - analytic) / size)
    }
    return worst
}

/// A few indices of every tensor of a layout.
func probes(_ layout: ParameterLayout, each: Int = 3) -> [Int] {
    var indices: [Int] = []
    for tensor in layout.tensors where tensor.count > 0 {
        for probe in 0..<min(each, tensor.count) {
            indices.append(tensor.offset + (probe * 7919 + 13) % tensor.count)
        }
    }
    return indices
}

/// Small critic settings for gradient checks.
func criticSettings(
    trunk: CriticTrunk, head: CriticHead, shared: Bool, members: Int = 3
) -> CriticSettings {
    var settings = CriticSettings()
    settings.trunk = trunk
    settings.head = head
    settings.sharedHead = shared
    settings.hidden = 20
    settings.layers = 2
    settings.ensembleSize = members
    settings.bins = 16
    settings.qMin = -10
    return settings
}
