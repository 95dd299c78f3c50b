import Embodiment
import Foundation
import Platform
import Testing

@testable import Experience

/// Sessions whose disk fails: the log goes on in another part, and when that fails too, after somebody has mended it.
@Suite("A log whose disk fails")
struct LogPartsTests {
    private static let episodes = (0..<6).map {
        Samples.episode(number: $0, steps: 3, outcome: .success)
    }

    /// A recorder on a failing disk, and what it has handed out.
    private struct Session {
        let folder: String
        let recorder: Recorder
        let lane: RecorderLane
        var taken: [Episode] = []

        init(_ disk: FailingDisk, threaded: Bool, settings: Recorder.Settings = .init()) throws {
            folder = FileManager.default.temporaryDirectory.path + "/" + UUID().uuidString
            try Files.makeDirectories(folder)
            recorder = try Recorder(session: folder, part: 1, settings: settings, open: disk.open)
            lane = recorder.makeLane()
            if threaded { try recorder.start() }
        }

        /// - Returns: what went wrong first.
        mutating func record(_ episodes: some Sequence<Episode>) -> LogError? {
            var failure: LogError?
            for episode in episodes {
                for record in Samples.records(of: episode) { lane.record(record, at: .zero) }
                do throws(LogError) { try recorder.flush() } catch { failure = failure ?? error }
                take()
            }
            return failure
        }

        mutating func take() {
            while let episode = recorder.takeDurableEpisode() { taken.append(episode) }
        }

        func remove() { try? FileManager.default.removeItem(atPath: folder) }
    }

    @Test(
        "Whichever call fails, once, nothing is missing and nothing is there twice",
        arguments: [false, true], [false, true])
    func once(threaded: Bool, isShort: Bool) throws {
        // Parts of two episodes: some calls are those between two parts.
        var settings = Recorder.Settings()
        settings.partBytes = 6000
        let healthy = FailingDisk()
        var whole = try Session(healthy, threaded: false, settings: settings)
        defer { whole.remove() }
        #expect(whole.record(Self.episodes) == nil)
        try whole.recorder.close()
        let parts = try SessionLog.parts(in: whole.folder).count
        #expect(parts > 1 && whole.recorder.takeNotices().isEmpty)
        // The first call makes the file that a session cannot begin without.
        for call in 1..<healthy.calls {
            var session = try Session(
                FailingDisk(failing: call..<call + 1, isShort: isShort), threaded: threaded,
                settings: settings)
            defer { session.remove() }
            let failure = session.record(Self.episodes)
            try session.recorder.close()
            session.take()
            #expect(failure == nil && session.taken == Self.episodes, "call \(call)")
            let notices = session.recorder.takeNotices()
            let (found, report) = try SessionLogReader(session: session.folder).episodes()
            #expect(found == Self.episodes && report.isClean, "call \(call): \(report)")
            // A failure while closing has nobody left to tell.
            let events = report.messages[LogTopic.event.name] ?? 0
            #expect(notices.count == 1 || call >= healthy.calls - 4, "call \(call): \(notices)")
            #expect(notices.count == events, "call \(call)")
            #expect(notices.allSatisfy { $0.message.contains("nothing is lost") })
        }
    }

    @Test(
        "Where the next part fails too, everything waits until somebody has mended the disk",
        arguments: [false, true], [2, 3, 7])
    func mended(threaded: Bool, calls: Int) throws {
        for first in 1..<8 {
            let disk = FailingDisk(failing: first..<first + calls, isShort: true)
            var session = try Session(disk, threaded: threaded)
            defer { session.remove() }
            var failures = 0
            for episode in Self.episodes {
                var failure = session.record([episode])
                let before = session.taken
                while failure != nil {
                    failures += 1
                    try #require(failures < 20, "from call \(first)")
                    #expect(session.recorder.failure == failure)
                    #expect(session.taken == before)
                    do throws(LogError) {
                        try session.recorder.retry()
                        failure = nil
                    } catch { failure = error }
                }
                session.take()
                #expect(session.taken.last == episode, "from call \(first)")
            }
            #expect(session.recorder.failure == nil && session.taken == Self.episodes)
            try session.recorder.close()
            let notices = session.recorder.takeNotices()
            #expect(notices.count == 1, "however often it was tried: \(notices)")
            let (found, report) = try SessionLogReader(session: session.folder).episodes()
            #expect(found == Self.episodes && report.isClean, "from call \(first): \(report)")
        }
    }

    @Test(
        "A disk that stays away: what was durable is in the log, the rest in the ring",
        arguments: [false, true])
    func away(isCut: Bool) throws {
        let disk = FailingDisk()
        var session = try Session(disk, threaded: true)
        defer { session.remove() }
        // What the failed file has more than it should then stays there.
        if !isCut { try Files.replace(session.folder + "/" + SessionLog.superseded, with: []) }
        #expect(session.record(Self.episodes.prefix(3)) == nil)
        disk.set(isFailing: true)
        #expect(session.record(Self.episodes.dropFirst(3)) != nil)
        for number in 0..<99 as Range<UInt64> {
            session.lane.record(.tick(Samples.tick(number)), at: .zero)
        }
        for _ in 0..<3 {
            #expect(throws: LogError.self) { try session.recorder.retry() }
        }
        #expect(throws: LogError.self) { try session.recorder.close() }
        #expect(session.taken == Array(Self.episodes.prefix(3)))
        // Its process has ended, in effect: a copy has no lock.
        let ring = SessionLog.rings(of: SessionLog.path(in: session.folder, part: 1))
        let bytes = try Files.read(ring, limit: 1 << 24)
        try SharedMemory.remove(ring)
        try Files.replace(ring, with: bytes)
        try LogRings.recover(in: session.folder)
        let (found, report) = try SessionLogReader(session: session.folder).episodes()
        #expect(found == Self.episodes && report.isClean, "\(report)")
    }

    @Test("A ring that fills while the disk is away is told of at half, and at nine tenths")
    func backlog() throws {
        let disk = FailingDisk()
        var session = try Session(disk, threaded: true)
        defer { session.remove() }
        disk.set(isFailing: true)
        #expect(session.record(Self.episodes.prefix(1)) != nil)
        var (number, half) = (UInt64(0), 0.0)
        while !session.lane.isNearlyFull {
            #expect(session.lane.record(.tick(Samples.tick(number)), at: .zero))
            number += 1
            if half == 0, session.lane.fill >= 0.5 { half = session.lane.fill }
        }
        #expect(half < 0.51 && session.lane.fill < 0.91)
        disk.set(isFailing: false)
        try session.recorder.retry()
        #expect(!session.lane.isNearlyFull)
        try session.recorder.close()
        let notices = session.recorder.takeNotices().map(\.message)
        #expect(notices.contains { $0.contains("the disk is slow") }, "\(notices)")
        #expect(try SessionLogReader(session: session.folder).episodes().episodes.count == 1)
    }
}
