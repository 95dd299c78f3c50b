import Agent
import CAllocations
import Platform
import Report

/// What was measured of one workload.
struct Measurement {
    /// The workload, and what tells it from its siblings.
    var name: String
    var histogram = LatencyHistogram()
    /// Floating-point operations of the products of one call; 0 where there are none.
    var operations = 0.0
    /// Seconds that the products take at least, each by its fastest kernel, on one thread.
    var limitSeconds = 0.0
    /// Threads that share the products.
    var threads = 1
    /// Allocations of one call; nil where they cannot be counted.
    var allocations: Double?

    /// Calls `body` again and again, for so long and at least `least` times, after a warm-up.
    ///
    /// One reading of the clock is some 25 ns, so `batch` calls of a shorter workload count as one.
    static func of(
        _ name: String, seconds: Double, least: Int = 5, batch: Int = 1, _ body: () -> Void
    ) -> Measurement {
        var result = Measurement(name: name)
        let clock = SystemClock()
        for _ in 0..<2 { body() }
        let before = hone_allocation_count()
        var calls = 0
        let start = clock.now
        while calls < least * batch || clock.now.seconds(since: start) < seconds {
            let from = clock.now
            for _ in 0..<batch { body() }
            let took = UInt64(max(0, clock.now.nanoseconds(since: from)))
            result.histogram.record(nanoseconds: took / UInt64(batch))
            calls += batch
        }
        if before >= 0 {
            result.allocations = Double(hone_allocation_count() - before) / Double(calls)
        }
        return result
    }

    /// Median seconds.
    var median: Double { Double(histogram.percentile(50)) * 1e-9 }

    /// Share of the limit reached by the median: 1 is as fast as the products alone.
    var share: Double? {
        limitSeconds > 0 && median > 0 ? limitSeconds / Double(threads) / median : nil
    }

    /// Billions of the products' operations per second, at the median.
    var rate: Double? { operations > 0 && median > 0 ? operations / median / 1e9 : nil }
}

extension Measurement {
    /// One row of `--json`; times in milliseconds, as the PyTorch program prints them.
    var value: JSONValue {
        func milliseconds(_ percent: Double) -> JSONValue {
            .number(Double(histogram.percentile(percent)) * 1e-6)
        }
        return .object([
            "name": .string(name), "calls": JSONValue(Int(histogram.count)),
            "min": .number(Double(histogram.minimum) * 1e-6), "p50": milliseconds(50),
            "p99": milliseconds(99), "p999": milliseconds(99.9),
            "max": .number(Double(histogram.maximum) * 1e-6),
            "gflop": .number(operations / 1e9),
            "gflops": rate.map { .number($0) } ?? .null,
            "share_of_limit": share.map { .number($0) } ?? .null,
            "allocations": allocations.map { .number($0) } ?? .null,
        ])
    }

    /// One line for a person, with ratios to earlier figures.
    func text(old: JSONValue?, peer: JSONValue?) -> String {
        func time(_ nanoseconds: UInt64) -> String {
            let value = Double(nanoseconds)
            if value < 1e4 { return "\(rounded(value, 0)) ns" }
            if value < 1e7 { return "\(rounded(value * 1e-3, 1)) µs" }
            return "\(rounded(value * 1e-6, 1)) ms"
        }
        var line = name.padded(to: 26)
        line += time(histogram.minimum).padded(to: 12)
        for percent in [50, 99, 99.9] {
            line += time(histogram.percentile(percent)).padded(to: 12)
        }
        line += time(histogram.maximum).padded(to: 12)
        line += (rate.map { "\(rounded($0, 1)) GFLOP/s" } ?? "").padded(to: 16)
        line += (share.map { "\(rounded($0, 2)) of limit" } ?? "").padded(to: 16)
        line += allocations.map { "\(rounded($0, 1)) allocations" } ?? ""
        if let before = Report.median(of: name, in: old) {
            line += ", \(rounded(before / (median * 1e3), 2))× as fast as before"
        }
        if let other = Report.peerMedian(of: name, in: peer) {
            line += ", \(rounded(other / (median * 1e3), 2))× as fast as the peer"
        }
        return line
    }
}

/// A number with so many digits behind the point.
func rounded(_ value: Double, _ digits: Int) -> String {
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    let number = (value * scale).rounded() / scale
    return digits == 0 ? String(Int(number)) : String(number)
}

extension String {
    /// Filled up with spaces.
    func padded(to width: Int) -> String {
        count < width ? self + String(repeating: " ", count: width - count) : self + " "
    }
}
