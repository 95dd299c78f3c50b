import Embodiment
import Foundation
import Platform
import Testing

@testable import Experience

@Suite("Session archive")
struct SessionArchiveTests {
    /// A session directory with one log a list of episodes, gone with it.
    final class Folder {
        let path = FileManager.default.temporaryDirectory.path + "/" + UUID().uuidString

        init(_ logs: [(name: String, episodes: [Episode])]) throws {
            try Files.makeDirectories(path + "/log")
            for log in logs {
                try Samples.log(
                    log.episodes.flatMap { Samples.records(of: $0) },
                    to: FileLogSink(creating: "\(path)/log/\(log.name)"), chunk: 4)
            }
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }

        func bytes(_ name: String) throws -> [UInt8] {
            try Files.read("\(path)/log/\(name)", limit: 1 << 20)
        }
    }

    private func episodes(_ numbers: Range<UInt32>) -> [Episode] {
        numbers.map {
            Samples.episode(number: $0, steps: 3, outcome: $0 % 2 == 0 ? .success : .failure)
        }
    }

    @Test("Logs are read in the order they were written, copies and other files are not")
    func order() throws {
        let parts = (0..<12).map { part -> (name: String, episodes: [Episode]) in
            let name = part == 0 ? "session.mcap" : SessionLog.name("session", part: part + 1)
            return (name, episodes(UInt32(part)..<UInt32(part) + 1))
        }
        let folder = try Folder(parts + [("session.recovered.mcap", episodes(0..<3))])
        try Files.replace(folder.path + "/log/bridge.txt", with: [1])
        for path in [folder.path, folder.path + "/log"] {
            let (found, reports) = try SessionArchive(path).episodes()
            #expect(found == episodes(0..<12))
            #expect(reports.count == 12 && reports.allSatisfy(\.report.isClean))
        }
        let alone = try SessionArchive(folder.path + "/log/session.recovered.mcap").episodes()
        #expect(alone.episodes == episodes(0..<3))
        #expect(SessionLog.part(of: "session-x.mcap", in: "session") == nil)
        #expect(SessionLog.part(of: "session-.mcap", in: "session") == nil)
        #expect(SessionLog.name("labels", part: 12345) == "labels-12345.mcap")
    }

    @Test("The newest label counts, undo is as recorded, and the log keeps its bytes")
    func labels() throws {
        let folder = try Folder([("session.mcap", episodes(0..<4))])
        let before = try folder.bytes("session.mcap")
        func say(_ label: EpisodeLabel) throws -> [Episode] {
            try SessionArchive(folder.path).append(label, at: .zero)
            return try SessionArchive(folder.path).episodes().episodes
        }
        let recorded = episodes(0..<4)
        var now = try say(EpisodeLabel(episode: 1, outcome: .to(.success)))
        #expect(now[1].outcome == .success && now[1].transitions[2].isTerminal)
        #expect(now[0] == recorded[0] && now[2] == recorded[2] && now[3] == recorded[3])
        now = try say(EpisodeLabel(episode: 1, steps: .to(0..<2)))
        #expect(now[1].outcome == .success && now[1].transitions.count == 2)
        now = try say(EpisodeLabel(episode: 1, outcome: .to(.aborted)))
        #expect(now[1].outcome == .aborted && now[1].transitions.count == 2)
        now = try say(EpisodeLabel(episode: 1, outcome: .asRecorded))
        #expect(now[1].outcome == .failure && now[1].transitions.count == 2)
        now = try say(EpisodeLabel(episode: 1, steps: .asRecorded))
        #expect(now == recorded)
        now = try say(EpisodeLabel(episode: 2, steps: .to(1..<9)))
        #expect(now == recorded)
        var useless: [UInt32] = []
        try SessionArchive(folder.path).entries { entry in
            if entry.hasUselessLabel { useless.append(entry.recorded.number) }
        }
        #expect(useless == [2])
        #expect(try folder.bytes("session.mcap") == before)
        let files = try SessionFiles(of: folder.path)
        #expect(files.labels.count == 6)
        #expect(files.labels.last?.hasSuffix("/labels-0006.mcap") == true)
    }

    @Test("Labels that were cut short change nothing, and are reported")
    func cutLabels() throws {
        let folder = try Folder([("session.mcap", episodes(0..<2))])
        let file = try SessionArchive(folder.path).append(
            EpisodeLabel(episode: 1, outcome: .to(.success)), at: .zero)
        let whole = try Files.read(file, limit: 1 << 20)
        for count in stride(from: 0, to: whole.count, by: 97) {
            try Files.replace(file, with: Array(whole[..<count]))
            let archive = try SessionArchive(folder.path)
            let isThere = try archive.episodes().episodes[1].outcome == .success
            // Of an empty one nothing was ever written; the next goes beside it.
            #expect(archive.labelReports.count == (count == 0 ? 0 : 1))
            #expect(archive.labelReports.allSatisfy { !$0.report.isClean })
            #expect(isThere == (archive.labelReports.first?.report.records == 1))
            if count == 0 { #expect(archive.files.nextLabel.hasSuffix("/labels-0002.mcap")) }
        }
    }

    /// A log of records, each a second after the one before; gone with the test.
    private func folder(ofParts parts: [(began: UInt64, records: [LogRecord])]) throws -> Folder {
        let folder = try Folder([])
        for (index, part) in parts.enumerated() {
            let path = SessionLog.path(in: folder.path + "/log", part: index + 1)
            let recorder = try Recorder(creating: path)
            let lane = recorder.makeLane()
            for (second, record) in part.records.enumerated() {
                lane.record(
                    record,
                    at: MonotonicTime(nanoseconds: (part.began + UInt64(second)) * 1_000_000_000))
            }
            try recorder.close()
        }
        return folder
    }

    private func robotSeconds(of folder: Folder) throws -> [Double] {
        var seconds: [Double] = []
        try SessionArchive(folder.path).entries { seconds.append($0.robotSeconds) }
        return seconds.map { ($0 * 1e6).rounded() / 1e6 }
    }

    private func stepSeconds(of folder: Folder) throws -> [Double] {
        var seconds: [Double] = []
        try SessionArchive(folder.path).entries { seconds.append($0.stepSeconds) }
        return seconds.map { ($0 * 1e6).rounded() / 1e6 }
    }

    @Test(
        "Robot time is an episode's own: neither how long the machine is on nor what lies between")
    func robotSeconds() throws {
        let records = episodes(0..<3).map { Samples.records(of: $0) }
        // A machine that was started nine days ago, and an hour between two processes.
        let day: UInt64 = 24 * 3600
        let folder = try folder(ofParts: [
            (9 * day, records[0] + records[1]), (9 * day + 3600, records[2]),
        ])
        // Five records an episode: its start, three steps, its end.
        #expect(try robotSeconds(of: folder) == [4, 4, 4])
        // The second before the first step is home and reset.
        #expect(try stepSeconds(of: folder) == [3, 3, 3])
        // Another machine's clock, or that of a machine that was started again, goes on below.
        let anew = try self.folder(ofParts: [(9 * day, records[0]), (7, records[1])])
        #expect(try robotSeconds(of: anew) == [4, 4])
    }

    @Test(
        "An episode that its process did not end took until its newest step, in whichever part it is told"
    )
    func robotSecondsOfCutOff() throws {
        let records = episodes(0..<3).map { Samples.records(of: $0) }
        let folder = try folder(ofParts: [
            (5000, Array(records[0].dropLast())), (90000, records[1] + records[2].prefix(1)),
        ])
        #expect(try robotSeconds(of: folder) == [3, 4, 0])
        #expect(try stepSeconds(of: folder) == [2, 3, 0])
    }

    @Test("Exports of earlier versions, with one time for all of an episode, keep their robot time")
    func robotSecondsOfExports() throws {
        let folder = try Folder([])
        let recorder = try Recorder(creating: folder.path + "/log/session.mcap")
        let lane = recorder.makeLane()
        for (episode, end) in zip(episodes(0..<2), [12, 20] as [UInt64]) {
            for record in Samples.records(of: episode) {
                lane.record(record, at: MonotonicTime(nanoseconds: end * 1_000_000_000))
            }
        }
        try recorder.close()
        #expect(try robotSeconds(of: folder) == [12, 8])
        #expect(try stepSeconds(of: folder) == [12, 8])
    }

    @Test("What is not there is an error that names it")
    func missing() throws {
        let folder = try Folder([])
        do {
            _ = try SessionArchive(folder.path).episodes()
            Issue.record("there is no log")
        } catch { #expect("\(error)".contains("/log/session.mcap")) }
        #expect(throws: LogError.self) { try SessionArchive("/nonexistent/session") }
    }

    @Test("Every prefix of a log is recovered to its last whole chunk, or reported as cut short")
    func recoverEveryPrefix() throws {
        let records = SessionLogTests.records()
        let sink = MemorySink()
        try Samples.log(records, to: sink, chunk: 4)
        // Eleven has no factor in common with the layout; HONE_EVERY_PREFIX=1 tries them all.
        let step = ProcessInfo.processInfo.environment["HONE_EVERY_PREFIX"] == nil ? 11 : 1
        let counts = Array(stride(from: 0, to: sink.bytes.count, by: step)) + [sink.bytes.count]
        for count in counts {
            let reader = SessionLogReader(Array(sink.bytes[..<count]))
            var readable: [LogRecord] = []
            try reader.records { record, _ in readable.append(record) }
            let mended = MemorySink()
            let report = try reader.recover(to: mended)
            #expect(report.isClean == (count == sink.bytes.count))
            #expect(report.isClean || !report.issues.isEmpty, "prefix of \(count) bytes")
            var found: [LogRecord] = []
            let after = try SessionLogReader(mended.bytes).records { record, _ in
                found.append(record)
            }
            #expect(after.isClean && found == readable, "prefix of \(count) bytes")
        }
    }
}
