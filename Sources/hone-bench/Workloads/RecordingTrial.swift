import Agent
import ArgumentParser
import Embodiment
import Experience
import Foundation
import Platform

/// Ticks on a thread of the tick's priority, and what was measured of them.
final class RecordingTrial: @unchecked Sendable {
    // @unchecked Sendable: a turn's thread is joined before anybody looks.
    private(set) var late = LatencyHistogram()
    private(set) var spent = LatencyHistogram()
    private(set) var isRealtime = false
    private let path = PathBench()

    /// One turn.
    func run(rate: Double, seconds: Double, lane: RecorderLane?) throws {
        let thread = try HoneThread.start(name: "tick", scheduling: .realtime(priority: 80)) {
            [self] in tick(rate: rate, count: Int(rate * seconds), lane: lane)
        }
        isRealtime = thread.isGranted
        thread.join()
    }

    private func tick(rate: Double, count: Int, lane: RecorderLane?) {
        let clock = SystemClock()
        let period = Int64(1e9 / rate)
        var deadline = clock.now
        for number in 0..<count {
            deadline = deadline.advanced(byNanoseconds: period)
            clock.sleep(until: deadline)
            let began = clock.now
            path.tick()
            if let lane { path.record(into: lane, at: began) }
            let took = clock.now.nanoseconds(since: began)
            // The first touches what is touched for the first time.
            if number == 0 { continue }
            late.record(nanoseconds: UInt64(max(0, began.nanoseconds(since: deadline))))
            spent.record(nanoseconds: UInt64(max(0, took)))
        }
    }
}
