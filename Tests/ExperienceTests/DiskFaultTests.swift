import Embodiment
import Experience
import Glibc
import Platform
import Testing

/// Disks that are full, fail, take half of what they are given, or take their time: at every call.
@Suite("Disk faults")
struct DiskFaultTests {
    private static let episodes = (0..<6).map {
        Samples.episode(number: $0, steps: 3, outcome: .success)
    }

    /// Records everything and closes, whatever fails.
    ///
    /// - Returns: the episodes that were handed out as durable.
    private static func record(on sink: MemorySink) -> (taken: [Episode], failure: LogError?) {
        let recorder = Recorder(sink: sink)
        let lane = recorder.makeLane()
        var taken: [Episode] = []
        for episode in episodes {
            for record in Samples.records(of: episode) { lane.record(record, at: .zero) }
            try? recorder.flush()
            while let episode = recorder.takeDurableEpisode() { taken.append(episode) }
        }
        try? recorder.close()
        return (taken, recorder.failure)
    }

    @Test(
        "At whatever call it happens, nothing handed out is lost and nothing torn is read",
        arguments: [ENOSPC, EIO, EROFS, EDQUOT], [false, true])
    func everyCall(code: Int32, isShort: Bool) throws {
        let whole = MemorySink()
        #expect(Self.record(on: whole).taken == Self.episodes)
        for call in 0..<whole.calls {
            let sink = MemorySink(failingCall: call, code: code, isShort: isShort)
            let (taken, failure) = Self.record(on: sink)
            guard case .cannotWrite(.system(_, _, code))? = failure else {
                Issue.record("call \(call) failed unnoticed: \(String(describing: failure))")
                continue
            }
            #expect(failure?.description.contains("make room, or repair the disk") == true)
            #expect(sink.calls == call + 1, "a disk that failed is not asked again")
            // After a power cut only what was synced is there; after a kill, everything written.
            for bytes in [sink.durableBytes, sink.bytes] {
                let (found, report) = try SessionLogReader(bytes).episodes()
                #expect(found.starts(with: taken), "call \(call)")
                #expect(Self.episodes.starts(with: found), "call \(call)")
                #expect(!report.isClosed || found == Self.episodes, "call \(call)")
            }
        }
    }

    @Test("While a sync takes its time, ticks are neither held up nor lost")
    func slowSync() throws {
        let gate = try WakeEvent()
        let sink = MemorySink(gate: gate)
        let recorder = Recorder(sink: sink)
        let ticks = recorder.makeLane()
        try recorder.start()
        // Two seconds of ticks, and the disk has not answered once.
        let count: UInt64 = 200
        for number in 0..<count {
            #expect(ticks.record(.tick(Samples.tick(number)), at: Samples.time(Int(number))))
        }
        #expect(sink.durableBytes.isEmpty)
        let opener = try HoneThread.start(name: "opener") {
            for _ in 0..<100 {
                gate.signal()
                SystemClock().sleep(for: .milliseconds(5))
            }
        }
        try recorder.close()
        opener.join()
        #expect(ticks.droppedTicks == 0)
        #expect(try SessionLogReader(sink.durableBytes).records { _, _ in }.records == Int(count))
    }
}
