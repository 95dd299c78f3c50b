import Embodiment
import Experience
import Foundation
import Platform
import Testing

/// A session's log in several parts, as an interrupted session leaves it.
@Suite("Parts of a session's log")
struct SessionPartsTests {
    private let directory: String

    init() throws {
        directory = FileManager.default.temporaryDirectory.path + "/" + UUID().uuidString
        try Files.makeDirectories(directory)
    }

    private func clean() { try? FileManager.default.removeItem(atPath: directory) }

    private func episodes(_ numbers: Range<UInt32>) -> [Episode] {
        numbers.map { Samples.episode(number: $0, steps: 3, outcome: .success) }
    }

    /// Writes a part that its process did not close, each episode committed on its own.
    ///
    /// - Returns: where each commit ended.
    private func write(_ numbers: Range<UInt32>, part: Int) throws -> [LogPosition] {
        let sink = MemorySink()
        let recorder = Recorder(sink: sink)
        let lane = recorder.makeLane()
        var ends: [LogPosition] = []
        for episode in episodes(numbers) {
            for record in Samples.records(of: episode) { lane.record(record, at: .zero) }
            try recorder.flush()
            ends.append(LogPosition(part: part, byteCount: recorder.statistics.byteCount))
        }
        try Files.replace(SessionLog.path(in: directory, part: part), with: sink.durableBytes)
        return ends
    }

    private func read(upTo end: LogPosition? = nil) throws -> [Episode] {
        try SessionLogReader(session: directory, upTo: end).episodes().episodes
    }

    @Test("Ten parts and more are read in the order of their numbers, each episode once")
    func order() throws {
        defer { clean() }
        for part in (1...11).reversed() {
            _ = try write(UInt32(part)..<(UInt32(part) + 1), part: part)
        }
        try Files.replace(SessionLog.path(in: directory, part: 12), with: [])
        try Files.replace(directory + "/session-notes.mcap", with: [1])
        let (found, report) = try SessionLogReader(session: directory).episodes()
        #expect(found == episodes(1..<12))
        #expect(report.issues == [.notClosed], "only the last part says so")
        let (archived, reports) = try SessionArchive(directory).episodes()
        #expect(archived == found, "both ways to the episodes read each once")
        #expect(reports.map(\.report.isClean) == (1...11).map { $0 < 11 })
    }

    @Test("A log that grows large goes on in further parts; any position in them is found again")
    func growing() throws {
        defer { clean() }
        var settings = Recorder.Settings()
        settings.partBytes = 10_000
        let recorder = try Recorder(session: directory, part: 3, settings: settings)
        #expect(recorder.statistics.position == LogPosition(part: 3, byteCount: 0))
        let lane = recorder.makeLane()
        var ends: [LogPosition] = []
        for episode in episodes(0..<60) {
            for record in Samples.records(of: episode) { lane.record(record, at: .zero) }
            try recorder.flush()
            ends.append(recorder.statistics.position)
            #expect(recorder.takeDurableEpisode() == episode)
        }
        try recorder.close()
        let parts = try SessionLog.parts(in: directory)
        #expect(parts.count > 3 && parts.first?.part == 3)
        #expect(parts.map(\.part) == Array(3..<3 + parts.count))
        // A part's own end and index come on top.
        #expect(parts.allSatisfy { $0.byteCount < 20_000 })
        let (found, report) = try SessionLogReader(session: directory).episodes()
        #expect(found == episodes(0..<60) && report.isClean, "\(report.issues)")
        for (index, end) in ends.enumerated() {
            #expect(try read(upTo: end) == episodes(0..<UInt32(index + 1)))
        }
    }

    @Test("Behind any position nothing is left after a cut, and what was cut is kept")
    func cut() throws {
        defer { clean() }
        let first = try write(0..<3, part: 1)
        let second = try write(3..<5, part: 2)
        let all = [LogPosition.start] + first + second
        for (count, end) in all.enumerated().reversed() {
            #expect(try read(upTo: end) == episodes(0..<UInt32(count)))
            try SessionLog.cut(in: directory, behind: end, before: 3)
            if count == 0 {
                #expect(try SessionLog.parts(in: directory).isEmpty)
            } else {
                #expect(try read() == episodes(0..<UInt32(count)), "cut behind \(end)")
            }
            // Interrupted and done again, it changes nothing more.
            try SessionLog.cut(in: directory, behind: end, before: 3)
            #expect(try SessionLog.parts(in: directory).allSatisfy { $0.byteCount > 0 })
        }
        let kept = try Files.list(directory + "/" + SessionLog.superseded)
        let oldest = try SessionLogReader(
            path: directory + "/\(SessionLog.superseded)/part-1-cut-1.mcap")
        #expect(try oldest.episodes().episodes == episodes(0..<3))
        #expect(kept.count == 5)
    }

    @Test("The part that is written now is not cut")
    func ownPart() throws {
        defer { clean() }
        let ends = try write(0..<2, part: 1)
        _ = try write(7..<8, part: 2)
        try SessionLog.cut(in: directory, behind: ends[0], before: 2)
        #expect(try read() == episodes(0..<1) + episodes(7..<8))
    }

    @Test("A log that ends before the position it is read up to is an error")
    func tooShort() throws {
        defer { clean() }
        let ends = try write(0..<2, part: 1)
        let beyond = LogPosition(part: 1, byteCount: ends[1].byteCount + 1)
        #expect(throws: LogError.self) { try read(upTo: beyond) }
        #expect(throws: LogError.self) { try read(upTo: LogPosition(part: 2, byteCount: 1)) }
        #expect(throws: LogError.self) { try SessionLogReader(session: directory + "/none") }
    }

    @Test("An episode cut off at the end of a part is named and aborted, and the next is whole")
    func tornEpisode() throws {
        defer { clean() }
        let sink = MemorySink()
        let records = Samples.records(of: episodes(0..<1)[0]).dropLast(2)
        try Samples.log(Array(records), to: sink, chunk: 2)
        try Files.replace(SessionLog.path(in: directory, part: 1), with: sink.durableBytes)
        _ = try write(1..<2, part: 2)
        let (found, report) = try SessionLogReader(session: directory).episodes()
        var torn = episodes(0..<1)[0]
        torn.outcome = .aborted
        torn.transitions.removeLast()
        #expect(found == [torn] + episodes(1..<2))
        #expect(
            report.issues.contains(.cutOffEpisode(number: 0, steps: torn.transitions.count)))
    }
}
