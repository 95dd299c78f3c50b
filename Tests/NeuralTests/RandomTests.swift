import Glibc
import Testing

@testable import Neural

@Suite("Random numbers")
struct RandomTests {
    @Test("the generator gives the published answers of Random123 for Philox4x32-10")
    func knownAnswers() {
        #expect(
            Philox.block(key: SIMD2(0, 0), counter: SIMD4(0, 0, 0, 0))
                == SIMD4(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8))
        let ones = UInt32.max
        #expect(
            Philox.block(key: SIMD2(ones, ones), counter: SIMD4(ones, ones, ones, ones))
                == SIMD4(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd))
        #expect(
            Philox.block(
                key: SIMD2(0xa409_3822, 0x299f_31d0),
                counter: SIMD4(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344))
                == SIMD4(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
    }

    @Test("numbers depend on key, row and column alone, whatever the shape they are drawn in")
    func shardsAgree() {
        let key = RandomKey(seed: 0xDEAD_BEEF_0123, stream: 7, step: 1 << 40)
        for columns in [1, 3, 4, 7, 8, 65, 130] {
            let whole = Owned(45, columns, gap: 2)
            key.fillNormal(whole.view, firstRow: 0xFFFF_FFF0)
            for row in [0, 1, 15, 16, 17, 44] {
                let one = Owned(1, columns)
                key.fillNormal(one.base, count: columns, row: 0xFFFF_FFF0 + UInt64(row))
                #expect(one.doubles == whole.view.rows(row..<row + 1).doubles)
            }
            let part = Owned(11, columns)
            key.fillNormal(part.view, firstRow: 0xFFFF_FFF0 + 20)
            #expect(part.doubles == whole.view.rows(20..<31).doubles)
            #expect(whole.base[columns] == 0, "wrote between the rows")
        }
        let narrow = Owned(9, 2)
        let wide = Owned(9, 6)
        key.fillUniform(narrow.view)
        key.fillUniform(wide.view)
        #expect(narrow.doubles == wide.view.columns(0..<2).doubles)
    }

    @Test("every part of a key matters")
    func keysDiffer() {
        let key = RandomKey(seed: 1, stream: 1, step: 1)
        var seen: Set<UInt64> = []
        for other in [
            key, key.on(stream: 2), key.at(step: 2), key.at(step: 1 | 1 << 32),
            RandomKey(seed: 1 | 1 << 32, stream: 1, step: 1),
        ] {
            for index in [UInt64(0), 1, 1 << 32] {
                #expect(seen.insert(other.bits(index: index)).inserted)
            }
        }
    }

    @Test(
        "normal numbers have the moments and the tails of the normal distribution",
        arguments: [UInt64(1), 2])
    func normalMoments(seed: UInt64) {
        let n = 200_000
        let x = Owned(n / 8, 8)
        RandomKey(seed: seed, stream: 0, step: 0).fillNormal(x.view)
        var m1 = 0.0
        var m2 = 0.0
        var m3 = 0.0
        var m4 = 0.0
        var inside = 0
        var neighbours = 0.0
        for i in 0..<n {
            let v = Double(x.base[i])
            m1 += v
            m2 += v * v
            m3 += v * v * v
            m4 += v * v * v * v
            if abs(v) < 1 { inside += 1 }
            if i > 0 { neighbours += v * Double(x.base[i - 1]) }
        }
        let count = Double(n)
        // Six standard errors of each moment: √(1, 2, 15, 96) / √n.
        let unit = 6 / count.squareRoot()
        #expect(abs(m1 / count) < unit)
        #expect(abs(m2 / count - 1) < 1.5 * unit)
        #expect(abs(m3 / count) < 4 * unit)
        #expect(abs(m4 / count - 3) < 10 * unit)
        #expect(abs(neighbours / count) < unit)
        #expect(abs(Double(inside) / count - 0.682_689_49) < 0.47 * unit)
        #expect(VectorMath.allFinite(x.base, count: n))
    }

    @Test("a normal number is Box–Muller of its words")
    func normalDefinition() {
        let key = RandomKey(seed: 5, stream: 6, step: 7)
        let x = Owned(20, 4)
        key.fillNormal(x.view)
        for row in 0..<20 {
            let w = RandomKey.block(key.generatorKey, row: UInt64(row), block: 0)
            for pair in 0..<2 {
                let u = (Double(pair == 0 ? w.x : w.z) + 0.5) / 4_294_967_296
                let v = Double(pair == 0 ? w.y : w.w) / 4_294_967_296
                let radius = (-2 * log(u)).squareRoot()
                #expect(abs(Double(x.view[row, 2 * pair]) - radius * cos(2 * .pi * v)) < 4e-6)
                #expect(abs(Double(x.view[row, 2 * pair + 1]) - radius * sin(2 * .pi * v)) < 4e-6)
            }
        }
    }

    @Test("uniform numbers stay in their bounds and fill them evenly")
    func uniform() {
        let x = Owned(1000, 50)
        RandomKey(seed: 3, stream: 0, step: 0).fillUniform(x.view, low: -1, high: 1)
        let values = x.values
        #expect(values.allSatisfy { $0 >= -1 && $0 < 1 })
        var bins = [Int](repeating: 0, count: 10)
        for v in values { bins[Int((v + 1) * 5)] += 1 }
        // Six standard deviations of a count of 5000 in 50 000.
        #expect(bins.allSatisfy { abs($0 - 5000) < 400 })
    }

    @Test("integers below a bound are even, reach both ends and match their bulk form")
    func integers() {
        let key = RandomKey(seed: 3, stream: 9, step: 0)
        var bins = [Int](repeating: 0, count: 7)
        let bulk = UnsafeMutablePointer<Int32>.allocate(capacity: 7000)
        defer { bulk.deallocate() }
        key.fillUniformInt(bulk, count: 7000, below: 7, firstIndex: 11)
        for i in 0..<7000 {
            let v = key.uniformInt(below: 7, index: UInt64(11 + i))
            #expect(v == Int(bulk[i]))
            bins[v] += 1
        }
        #expect(bins.allSatisfy { abs($0 - 1000) < 180 })
        #expect(key.uniformInt(below: 1, index: 4) == 0)
        #expect((0..<100).allSatisfy { (0..<1).contains(key.uniform(index: $0)) })
    }
}
