import Glibc
import Testing

@testable import Neural

/// Attention in double precision, as its definition has it.
private func attention(
    _ qkv: [Double], length: Int, heads: Int, width: Int, reach: Attention.Reach
) -> [Double] {
    let all = heads * width
    let row = 3 * all
    var out = [Double](repeating: 0, count: qkv.count / 3)
    for start in stride(from: 0, to: qkv.count / row, by: length) {
        for t in 0..<length {
            for head in 0..<heads {
                let q = (start + t) * row + head * width
                let seen = reach.count(of: t, length: length)
                let scores = (0..<seen).map { j in
                    let k = (start + j) * row + all + head * width
                    return exp(
                        (0..<width).map { qkv[q + $0] * qkv[k + $0] }.reduce(0, +)
                            / Double(width).squareRoot())
                }
                let total = scores.reduce(0, +)
                for i in 0..<width {
                    out[(start + t) * all + head * width + i] =
                        (0..<seen).map { j in
                            scores[j] / total
                                * qkv[(start + j) * row + 2 * all + head * width + i]
                        }.reduce(0, +)
                }
            }
        }
    }
    return out
}

@Suite("Attention and its activations")
struct AttentionTests {
    @Test("Two rows by hand: what is seen, and every gradient")
    func byHand() {
        let qkv = Owned(2, 6)
        let rows: [[Float]] = [[1, 0, 1, 1, 1, 2], [0, 1, 0.5, -1, 3, -1]]
        for r in 0..<2 { for c in 0..<6 { qkv.view[r, c] = rows[r][c] } }
        let (p, y) = (Owned(2, 2), Owned(2, 2))
        Attention.forward(
            qkv.view, length: 2, reach: .causal, heads: 1, weights: p.view, into: y.view)
        #expect(worst(y.values, [1, 2, 1.391141, 1.413289]) < 1e-6)
        #expect(p.values[0] == 1 && p.values[1] == 0)
        let d = Owned(2, 2)
        for (place, value) in [1, 0, 1, 2].enumerated() { d.base[place] = Float(value) }
        let dQKV = Owned(2, 6)
        Attention.backward(
            d.view, y: y.view, qkv: qkv.view, weights: p.view, length: 2, reach: .causal, heads: 1,
            into: dQKV.view)
        let found = dQKV.values
        #expect(worst(Array(found[6..<8]), [0.222488, 0.889951]) < 1e-6)
        #expect(worst(Array(found[2..<4]), [0, 0.444975]) < 1e-6)
        #expect(worst(Array(found[4..<6]), [1.804430, 1.608859]) < 1e-6)
    }

    @Test("GELU and its slope by hand, and ELU's, at every width", arguments: awkwardCounts)
    func activations(count: Int) {
        let x = Owned(normal: 1, 2, count, gap: 1)
        x.base[0] = 1
        if count > 1 { x.base[1] = -1 }
        let (y, slope) = (Owned(2, count), Owned(2, count))
        GELU.forward(x.view, into: y.view, slope: slope.view)
        #expect(abs(y.values[0] - 0.841192) < 1e-6 && abs(slope.values[0] - 1.082964) < 1e-6)
        if count > 1 {
            #expect(abs(y.values[1] + 0.158808) < 1e-6 && abs(slope.values[1] + 0.082964) < 1e-6)
        }
        let root = (2 / Double.pi).squareRoot()
        func gelu(_ x: Double) -> Double { 0.5 * x * (1 + tanh(root * (x + 0.044715 * x * x * x))) }
        #expect(worst(y.values, x.doubles.map(gelu)) < 2e-6)
        let slopes = x.doubles.map { (gelu($0 + 1e-5) - gelu($0 - 1e-5)) / 2e-5 }
        #expect(worst(slope.values, slopes) < 3e-6)
        ELU.forward(x.view, into: y.view, slope: slope.view)
        #expect(worst(y.values, x.doubles.map { $0 > 0 ? $0 : expm1($0) }) < 2e-6)
        #expect(worst(slope.values, x.doubles.map { $0 > 0 ? 1 : exp($0) }) < 2e-6)
        let bias = Owned(normal: 2, 1, count)
        ELU.forward(x.view, bias: bias.base, into: y.view)
        let biased = x.doubles.enumerated().map { $1 + bias.doubles[$0 % count] }
        #expect(worst(y.values, biased.map { $0 > 0 ? $0 : expm1($0) }) < 2e-6)
    }

    static let shapes: [(heads: Int, width: Int, length: Int)] = [
        (1, 2, 2), (2, 8, 3), (2, 16, 5), (3, 20, 4), (4, 32, 7), (2, 32, 17),
    ]
    static let reaches: [Attention.Reach] = [.causal, .observed(1), .observed(2)]

    @Test(
        "Whole sequences match the definition, and their gradients match differences of it",
        arguments: shapes, reaches)
    func sequences(shape: (heads: Int, width: Int, length: Int), reach: Attention.Reach) {
        let (heads, length) = (shape.heads, shape.length)
        let width = heads * shape.width
        let rows = 2 * length
        let qkv = Owned(normal: 3, rows, 3 * width, gap: 2)
        let (p, y) = (Owned(rows, heads * length), Owned(rows, width, gap: 1))
        p.view.fill(7)
        Attention.forward(
            qkv.view, length: length, reach: reach, heads: heads, weights: p.view, into: y.view)
        func definition(_ values: [Double]) -> [Double] {
            attention(values, length: length, heads: heads, width: shape.width, reach: reach)
        }
        #expect(worst(y.values, definition(qkv.doubles)) < 3e-6)
        for row in 0..<rows {
            let seen = reach.count(of: row % length, length: length)
            for head in 0..<heads {
                for j in seen..<max(seen, length) { #expect(p.view[row, head * length + j] == 0) }
            }
        }
        let d = Owned(normal: 4, rows, width)
        let dQKV = Owned(rows, 3 * width, gap: 1)
        Attention.backward(
            d.view, y: y.view, qkv: qkv.view, weights: p.view, length: length, reach: reach,
            heads: heads, into: dQKV.view)
        let values = qkv.doubles
        for probe in 0..<24 {
            let index = (probe * 7919 + 5) % values.count
            let expected = slope(values, at: index) { moved in
                zip(definition(moved), d.doubles).map(*).reduce(0, +)
            }
            #expect(abs(Double(dQKV.values[index]) - expected) < 2e-5 * max(1, abs(expected)))
        }
    }

    @Test(
        "A row over shared keys and its own is the row of the whole sequence",
        arguments: [1, 2, 4])
    func shared(first: Int) {
        let (heads, head, length) = (2, 32, 5)
        let width = heads * head
        let qkv = Owned(normal: 5, length, 3 * width)
        let (p, y) = (Owned(length, heads * length), Owned(length, width))
        Attention.forward(
            qkv.view, length: length, reach: .causal, heads: heads, weights: p.view, into: y.view)
        // The last row, its keys in two places.
        let shared = Owned(normal: 6, first, 2 * width)
        for row in 0..<first {
            for column in 0..<2 * width {
                shared.view[row, column] = qkv.view[row, width + column]
            }
        }
        let own = UnsafePointer(qkv.view.row(first)) + width
        let out = Owned(1, width)
        let weights = Owned(heads, 16)
        Attention.row(
            qkv.view.row(length - 1),
            shared: Attention.Seen(
                keys: shared.base, values: shared.base + width, stride: 2 * width, count: first),
            own: Attention.Seen(
                keys: own, values: own + width, stride: 3 * width, count: length - first),
            heads: heads, width: head, weights: weights.base, weightStride: 16, into: out.base)
        let whole = Array(y.doubles[((length - 1) * width)...])
        #expect(worst(out.values, whole) < 1e-6)
    }

    @Test("A layer's result once more, with its own epsilon", arguments: [16, 33])
    func again(count: Int) {
        let x = Owned(normal: 1, 3, count)
        let (scale, shift) = (Owned(normal: 2, 1, count), Owned(normal: 3, 1, count))
        let (y, hat, second) = (Owned(3, count), Owned(3, count), Owned(3, count))
        VectorMath.scale(x.base, count: 3 * count, by: 1e-3)
        LayerNorm.forward(
            x.view, scale: scale.base, shift: shift.base, into: y.view, normalised: hat.view,
            epsilon: 1e-5)
        LayerNorm.again(hat.view, scale: scale.base, shift: shift.base, into: second.view)
        #expect(second.values == y.values)
        let expected = Plain.rows(x.doubles, count) { row in
            let mean = row.reduce(0, +) / Double(count)
            let variance = row.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(count)
            return row.map { ($0 - mean) / (variance + 1e-5).squareRoot() }
        }
        #expect(worst(hat.values, expected) < 1e-5)
    }
}
