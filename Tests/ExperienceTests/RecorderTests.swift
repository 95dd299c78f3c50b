import Embodiment
import Experience
import Foundation
import Platform
import Testing

@Suite("Recorder")
struct RecorderTests {
    @Test("In lockstep an episode is handed out after its commit and not before")
    func durableFirst() throws {
        let sink = MemorySink()
        let recorder = Recorder(sink: sink)
        let lane = recorder.makeLane()
        let episode = Samples.episode(number: 0, steps: 3, outcome: .success)
        for record in Samples.records(of: episode) {
            #expect(lane.record(record, at: Samples.time(0)))
        }
        #expect(recorder.takeDurableEpisode() == nil)
        try recorder.flush()
        #expect(recorder.takeDurableEpisode() == episode)
        #expect(try SessionLogReader(sink.durableBytes).episodes().episodes == [episode])
        #expect(recorder.takeDurableEpisode() == nil)
        try recorder.close()
        #expect(!lane.record(.tick(Samples.tick(1)), at: Samples.time(1)))
    }

    @Test("An episode with a step missing, doubled or misplaced is never handed out")
    func incompleteEpisodes() throws {
        for change in 0..<4 {
            let recorder = Recorder(sink: MemorySink())
            let lane = recorder.makeLane()
            var records = Samples.records(
                of: Samples.episode(number: 5, steps: 4, outcome: .failure))
            switch change {
            case 0: records.remove(at: 2)
            case 1: records.insert(records[2], at: 2)
            case 2: records.swapAt(1, 2)
            default: records.remove(at: 0)
            }
            let next = Samples.episode(number: 6, steps: 2, outcome: .success)
            for record in records + Samples.records(of: next) {
                lane.record(record, at: Samples.time(0))
            }
            try recorder.flush()
            #expect(recorder.takeDurableEpisode() == next, "change \(change)")
            #expect(recorder.takeDurableEpisode() == nil)
            #expect(recorder.statistics.incompleteEpisodes == 1)
            try recorder.close()
        }
    }

    @Test("With its thread, whatever the learner gets is already on the disk, in order")
    func threaded() throws {
        let sink = MemorySink()
        var settings = Recorder.Settings()
        settings.commitInterval = .milliseconds(1)
        settings.durableCapacity = 2
        let recorder = Recorder(sink: sink, settings: settings)
        let policy = recorder.makeLane(capacity: 8)
        let ticks = recorder.makeLane(capacity: 64)
        try recorder.start()
        let episodes = (0..<40).map {
            Samples.episode(number: $0, steps: Int($0) % 5 + 1, outcome: .failure)
        }
        let producer = try HoneThread.start(name: "producer") {
            for episode in episodes {
                for record in Samples.records(of: episode) {
                    while !policy.record(record, at: Samples.time(0)) {
                        SystemClock().sleep(for: .microseconds(100))
                    }
                }
            }
        }
        for number in 0..<500 as Range<UInt64> {
            ticks.record(.tick(Samples.tick(number)), at: Samples.time(Int(number)))
        }
        var taken: [Episode] = []
        while taken.count < episodes.count {
            guard let episode = recorder.takeDurableEpisode() else {
                SystemClock().sleep(for: .microseconds(100))
                continue
            }
            if taken.count % 10 == 0 {
                let durable = try SessionLogReader(sink.durableBytes).episodes().episodes
                #expect(durable.contains(episode))
            }
            taken.append(episode)
        }
        producer.join()
        try recorder.flush()
        try recorder.close()
        #expect(taken == episodes)
        let (found, report) = try SessionLogReader(sink.bytes).episodes()
        #expect(found == episodes)
        #expect(report.isClean)
        let dropped = recorder.statistics.droppedTicks
        #expect(recorder.statistics.durableRecords + dropped == UInt64(report.records) + dropped)
        // Where the rings were half full the log says so itself.
        let notices = UInt64(recorder.takeNotices().count)
        #expect(
            UInt64(report.records) == 500 - dropped + notices
                + UInt64(episodes.reduce(0) { $0 + $1.transitions.count + 2 }))
    }

    @Test("A full lane refuses at once: ticks are counted, transitions stay with the caller")
    func fullLane() throws {
        let gate = try WakeEvent()
        let recorder = Recorder(sink: MemorySink(gate: gate))
        let lane = recorder.makeLane(capacity: 2)
        try recorder.start()
        // The recorder's thread takes these and stays in the first sync.
        var offered: UInt64 = 0
        var refused: UInt64 = 0
        while refused < 3 {
            if !lane.record(.tick(Samples.tick(offered)), at: Samples.time(0)) { refused += 1 }
            offered += 1
        }
        #expect(lane.droppedTicks == refused)
        gate.signal()
        let opener = try HoneThread.start(name: "opener") {
            for _ in 0..<200 {
                gate.signal()
                SystemClock().sleep(for: .milliseconds(5))
            }
        }
        try recorder.close()
        opener.join()
        #expect(recorder.statistics.droppedTicks == refused)
        let notices = recorder.takeNotices()
        #expect(notices.count == 1 && notices[0].message.contains("the disk is slow"))
        #expect(recorder.statistics.durableRecords == offered - refused + 1)
    }

    @Test("Whichever disk call fails, it surfaces, and only durable episodes were handed out")
    func everyFailingCall() throws {
        let episodes = (0..<5).map { Samples.episode(number: $0, steps: 2, outcome: .success) }
        func run(_ sink: MemorySink) -> (taken: [Episode], failure: LogError?) {
            let recorder = Recorder(sink: sink)
            let lane = recorder.makeLane()
            var taken: [Episode] = []
            var failure: LogError?
            for episode in episodes {
                for record in Samples.records(of: episode) { lane.record(record, at: .zero) }
                do throws(LogError) { try recorder.flush() } catch { failure = error }
                while let episode = recorder.takeDurableEpisode() { taken.append(episode) }
            }
            do throws(LogError) { try recorder.close() } catch { failure = error }
            #expect(recorder.failure == failure)
            return (taken, failure)
        }
        let whole = MemorySink()
        let good = run(whole)
        #expect(good.failure == nil && good.taken == episodes)
        for call in 0..<whole.calls {
            let sink = MemorySink(failingCall: call)
            let (taken, failure) = run(sink)
            guard case .cannotWrite? = failure else {
                Issue.record("call \(call) failed unnoticed: \(String(describing: failure))")
                continue
            }
            #expect(sink.calls == call + 1, "a sink that failed is not used again")
            let durable = try SessionLogReader(sink.durableBytes).episodes().episodes
            #expect(durable == taken, "call \(call)")
        }
    }

    @Test("Under a recorder's thread a failed disk makes nothing durable, and nobody waits long")
    func threadedFailure() throws {
        let sink = MemorySink()
        let recorder = Recorder(sink: sink)
        let lane = recorder.makeLane()
        try recorder.start()
        let episode = Samples.episode(number: 0, steps: 2, outcome: .success)
        for record in Samples.records(of: episode) { lane.record(record, at: .zero) }
        try recorder.flush()
        // Not at a call of this number: how many commits it takes is the recorder thread's affair.
        sink.fill()
        lane.record(.tick(Samples.tick(0)), at: .zero)
        #expect(throws: LogError.self) { try recorder.flush() }
        #expect(recorder.failure != nil)
        // The ring takes what comes until it is full.
        #expect(lane.record(.transition(episode.transitions[0]), at: .zero))
        while lane.record(.tick(Samples.tick(0)), at: .zero) {}
        #expect(lane.isNearlyFull && lane.droppedTicks == 1)
        #expect(throws: LogError.self) { try recorder.flush() }
        #expect(throws: LogError.self) { try recorder.close() }
        #expect(recorder.takeDurableEpisode() == episode)
        #expect(try SessionLogReader(sink.durableBytes).episodes().episodes == [episode])
    }

    @Test(
        "A closed recorder takes nothing more, and closes, flushes and retries without a word",
        arguments: [false, true])
    func afterTheEnd(isThreaded: Bool) throws {
        let sink = MemorySink()
        let recorder = Recorder(sink: sink)
        let lane = recorder.makeLane()
        if isThreaded { try recorder.start() }
        let episode = Samples.episode(number: 0, steps: 2, outcome: .success)
        for record in Samples.records(of: episode) { #expect(lane.record(record, at: .zero)) }
        try recorder.close()
        let (bytes, calls) = (sink.bytes, sink.calls)
        #expect(!lane.record(.transition(episode.transitions[0]), at: .zero))
        try recorder.flush()
        try recorder.retry()
        try recorder.close()
        #expect(sink.bytes == bytes && sink.calls == calls)
        #expect(recorder.takeDurableEpisode() == episode)
        #expect(recorder.takeDurableEpisode() == nil)
        #expect(recorder.statistics.durableRecords == 4)
    }

    @Test("A full disk, an existing file and a missing directory are errors with their reason")
    func realFiles() throws {
        let full = FileLogSink(try FileDescriptor(opening: "/dev/full", .device))
        let recorder = Recorder(sink: full)
        recorder.makeLane().record(.tick(Samples.tick(0)), at: .zero)
        #expect(
            throws: LogError.cannotWrite(
                .system(attempted: "write to", subject: "/dev/full", code: ENOSPC))
        ) { try recorder.flush() }
        #expect(throws: LogError.closed(path: "/dev/full")) { try full.makeDurable() }

        let directory = FileManager.default.temporaryDirectory.path + "/" + UUID().uuidString
        let path = SessionLog.path(in: directory, part: 1)
        #expect(path.hasSuffix("/session.mcap"))
        #expect(throws: LogError.self) { try FileLogSink(creating: path) }
        try Files.makeDirectories(directory)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let episode = Samples.episode(number: 0, steps: 3, outcome: .success)
        try Samples.log(Samples.records(of: episode), to: FileLogSink(creating: path), chunk: 2)
        #expect(throws: LogError.self) { try FileLogSink(creating: path) }
        #expect(try SessionFiles(of: directory).logs == [path])
        let store = Samples.store(capacity: 8)
        let (admitted, report) = try store.admit(contentsOf: SessionLogReader(path: path))
        #expect(admitted == 1 && report.isClean && store.count == 3)
        #expect(throws: LogError.self) { try SessionLogReader(path: directory + "/none.mcap") }
    }
}
