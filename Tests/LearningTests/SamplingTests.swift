import Embodiment
import Experience
import Neural
import Testing

@testable import Learning

@Suite("Rows and rates")
struct SamplingTests {
    @Test("Rows of a draw never repeat while there are enough", arguments: [1, 2, 3] as [UInt64])
    func noRepetition(seed: UInt64) {
        let sampler = RowSampler()
        var rows = [Int32](repeating: 0, count: 64)
        var seen = [Int](repeating: 0, count: 100)
        for draw in 0..<500 {
            let below = draw % 2 == 0 ? 100 : 64
            sampler.draw(
                64, below: below, key: RandomKey(seed: seed, stream: 1, step: UInt64(draw)),
                into: &rows)
            #expect(Set(rows).count == 64)
            #expect(rows.allSatisfy { $0 >= 0 && $0 < below })
            if below == 100 { for row in rows { seen[Int(row)] += 1 } }
        }
        // 250 draws of 64 of 100: each row 160 times, standard deviation 7.6.
        #expect(seen.allSatisfy { abs($0 - 160) < 40 })
    }

    @Test("A store smaller than the draw is drawn with repetition")
    func small() {
        let sampler = RowSampler()
        var rows = [Int32](repeating: -1, count: 64)
        sampler.draw(64, below: 5, key: RandomKey(seed: 1, stream: 1, step: 0), into: &rows)
        #expect(rows.allSatisfy { $0 >= 0 && $0 < 5 })
    }

    @Test("Mixing follows the published arithmetic")
    func mixing() {
        #expect(Mixing.offlineRows(batch: 256, ratio: 0.5, offline: 9, online: 9) == 128)
        #expect(Mixing.offlineRows(batch: 255, ratio: 0.5, offline: 9, online: 9) == 127)
        #expect(Mixing.offlineRows(batch: 256, ratio: 0, offline: 9, online: 9) == 0)
        #expect(Mixing.offlineRows(batch: 256, ratio: 0.5, offline: 9, online: 0) == 256)
        #expect(Mixing.offlineRows(batch: 256, ratio: 0.5, offline: 0, online: 9) == 0)
        #expect(
            Mixing.proportionalOfflineRows(batch: 256, offline: 999_000, online: 1000) == 255)
        #expect(Mixing.proportionalOfflineRows(batch: 256, offline: 100, online: 300) == 64)
        #expect(Mixing.proportionalOfflineRows(batch: 256, offline: 100, online: 0) == 256)
    }

    @Test("Rates warm up from zero and a cosine ends at zero")
    func rates() {
        #expect(LearningRate.warmedUp(1, update: 0, warmup: 2000) == 0)
        #expect(LearningRate.warmedUp(1, update: 1000, warmup: 2000) == 0.5)
        #expect(LearningRate.warmedUp(1, update: 9999, warmup: 2000) == 1)
        #expect(LearningRate.warmedUp(1, update: 0, warmup: 0) == 1)
        #expect(LearningRate.cosine(1, update: 0, warmup: 100, total: 1000) == 0)
        #expect(LearningRate.cosine(1, update: 100, warmup: 100, total: 1000) == 1)
        #expect(abs(LearningRate.cosine(1, update: 550, warmup: 100, total: 1000) - 0.5) < 1e-6)
        #expect(LearningRate.cosine(1, update: 1000, warmup: 100, total: 1000) < 1e-6)
    }

    @Test("A cached set is stale when the policy moved on or the row was overwritten")
    func cache() {
        let cache = CandidateCache(candidateCount: 4, chunkCount: 2)
        cache.reserve(capacity: 10)
        #expect(cache.age(row: 3, isNext: false, serial: 3, version: 7) == nil)
        let set = cache.renew(row: 3, isNext: false, serial: 3, version: 7)
        set?.update(repeating: 0.5, count: 8)
        #expect(cache.age(row: 3, isNext: false, serial: 3, version: 7) == 0)
        #expect(cache.age(row: 3, isNext: false, serial: 3, version: 19) == 12)
        #expect(cache.age(row: 3, isNext: true, serial: 3, version: 19) == nil)
        #expect(cache.age(row: 3, isNext: false, serial: 13, version: 19) == nil)
        #expect(cache.set(row: 3, isNext: false)?[7] == 0.5)
        cache.forget()
        #expect(cache.age(row: 3, isNext: false, serial: 3, version: 7) == nil)
    }
}
