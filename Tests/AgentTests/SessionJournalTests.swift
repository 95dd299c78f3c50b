import Foundation
import Learning
import Platform
import Synchronization
import Testing

@testable import Agent
@testable import Experience
@testable import Report
@testable import TestSupport

@Suite("SessionJournal")
struct SessionJournalTests {
    private final class Progress: Sendable { let updates = Atomic<Int>(0) }

    @Test(
        "A disk that takes nothing keeps the learner waiting, and nobody who tells an event meanwhile"
    )
    func slowDisk() throws {
        let scratch = try Scratch()
        // A pipe that nobody empties takes 64 KiB, and whoever writes more waits.
        let path = scratch.path("metrics")
        try #require(mkfifo(path, 0o600) == 0)
        let recorder = try Recorder(creating: scratch.path("session.mcap"))
        let journal = SessionJournal(
            MetricsWriter(path: path, to: try FileDescriptor(opening: path, .device)), at: path,
            lane: recorder.makeLane(),
            clock: SystemClock())
        let progress = Progress()
        let most = 100_000
        let learner = try HoneThread.start(name: "learner") {
            for update in 1...most {
                journal.record(UpdateFigures(update: update * 50, stage: "online"))
                progress.updates.store(update, ordering: .relaxed)
                if journal.collected.events.count == 101 { return }
            }
        }
        let clock = SystemClock()
        // Stuck: nothing more is taken for a while.
        var last = -1
        while progress.updates.load(ordering: .relaxed) != last || last < 1 {
            last = progress.updates.load(ordering: .relaxed)
            clock.sleep(for: .milliseconds(200))
        }
        #expect(last < most)
        let began = clock.now
        for number in 0..<100 {
            journal.record(
                EventRecord(kind: .note, robotSeconds: 0, episode: number, cause: "late"))
        }
        #expect(clock.now - began < .seconds(1))
        #expect(journal.collected.events.count == 100)
        // The disk takes again: what was told meanwhile is written by the one who waited.
        journal.record(EventRecord(kind: .note, robotSeconds: 0, cause: "last"))
        let file = try FileDescriptor(opening: path, .device)
        var text = ""
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while !text.contains("\"last\"") {
            let count = read(file.raw, &buffer, buffer.count)
            try #require(count > 0)
            text += String(decoding: buffer[..<count], as: UTF8.self)
        }
        learner.join()
        let lines = text.split(separator: "\n")
        #expect(lines.count { $0.contains("\"late\"") } == 100)
        #expect(lines.count { $0.contains("\"update\"") } >= last)
        #expect(journal.lost.count == 0)
        try recorder.close()
    }
}
