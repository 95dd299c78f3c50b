import Foundation
import Testing

@testable import Platform

@Suite("LatencyHistogram")
struct LatencyHistogramTests {
    @Test("buckets are in order, cover everything, and are narrow")
    func buckets() {
        for bucket in 0..<LatencyHistogram.bucketCount {
            let upper = LatencyHistogram.upperEnd(of: bucket)
            #expect(LatencyHistogram.bucket(of: upper) == bucket)
            if bucket + 1 < LatencyHistogram.bucketCount {
                #expect(LatencyHistogram.bucket(of: upper + 1) == bucket + 1)
            }
            let lower = bucket == 0 ? 0 : LatencyHistogram.upperEnd(of: bucket - 1) + 1
            #expect(Double(upper - lower) <= Double(lower) / 64)
        }
        #expect(LatencyHistogram.upperEnd(of: LatencyHistogram.bucketCount - 1) > 10_000_000_000)
    }

    @Test("agrees with a sorted array within its resolution", arguments: [1, 2, 3, 4] as [UInt64])
    func againstSorted(seed: UInt64) {
        var state = seed
        func random() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state >> 20
        }
        var (histogram, other, values) = (LatencyHistogram(), LatencyHistogram(), [UInt64]())
        for index in 0..<5000 {
            // Every order of magnitude from 1 ns to 16 s is equally likely.
            let value = (1 + random() % 1024) << (random() % 24)
            values.append(value)
            if index % 3 == 0 {
                other.record(nanoseconds: value)
            } else {
                histogram.record(.nanoseconds(Int64(value)))
            }
        }
        histogram.merge(other)
        values.sort()
        for percent in [0, 0.1, 1, 25, 50, 75, 90, 99, 99.9, 99.99, 100] {
            let rank = max(1, Int((Double(values.count) * percent / 100).rounded(.up)))
            let exact = values[rank - 1]
            let found = histogram.percentile(percent)
            #expect(
                found >= exact && Double(found) <= Double(exact) * (1 + 1.0 / 64), "seed \(seed)")
        }
        #expect(histogram.count == 5000)
        #expect(histogram.maximum == values.last)
        #expect(histogram.minimum == values.first)
        #expect(histogram.percentile(100) == values.last)
        #expect(histogram.occupiedBuckets.reduce(0) { $0 + $1.count } == 5000)
    }

    @Test(
        "is read back only as one that can have been written, so that recording goes on",
        arguments: [
            "[9,1,5,0,18446744073709551615]", "[9,1,5,0,281474976710656,1,1]", "[9,1,5,1,1,1,1]",
            "[1,9,5]", "[9,1,5,99999,1]", "[9,1,5,-1,1]", "[9,1,5,0,-1]", "[]",
        ])
    func hostile(text: String) throws {
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(LatencyHistogram.self, from: Data(text.utf8))
        }
        var found = try JSONDecoder().decode(
            LatencyHistogram.self, from: Data("[9,1,5,0,281474976710656]".utf8))
        found.record(nanoseconds: 0)
        let same = found
        found.merge(same)
        #expect(found.count == (1 << 49) + 2)
    }

    @Test("is empty, and empty again after reset; the longest keep their maximum")
    func edges() {
        var histogram = LatencyHistogram()
        #expect(histogram.percentile(50) == 0)
        histogram.record(nanoseconds: 1 << 60)
        histogram.record(.seconds(-1))
        #expect(histogram.maximum == 1 << 60)
        #expect(histogram.minimum == 0)
        histogram.reset()
        #expect(histogram == LatencyHistogram())
    }
}
