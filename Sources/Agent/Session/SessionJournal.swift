import Embodiment
import Experience
import Foundation
import Learning
import Platform
import Report

/// What is collected for the report from any thread, and written to `metrics.jsonl` at once; updates to the log, too.
///
/// No thread waits for another's writing: the lock is held for memory alone, and who finds somebody at the file leaves
/// lines to be written by them. So a slow disk that keeps the learner waiting does not keep the robot waiting.
final class SessionJournal: Sendable {
    private typealias Line = (kind: String, members: [String: JSONValue])

    private struct State {
        var updates = SeriesThinner<UpdateRecord>(capacity: 400)
        var events: [EventRecord] = []
        var latest: UpdateRecord?
        /// Lines to be written, in their order.
        var lines: [Line] = []
        /// Somebody is at the file, and looks for lines before they leave.
        var isWriting = false
        /// Lines that the file did not take, and why the last one.
        var lost = (count: 0, reason: "")
        /// Bytes that stay of a file that is not taken over yet; lines wait until it is.
        var waiting: UInt64?
    }

    /// Lines that `metrics.jsonl` did not take so far, and why the last one; the log has them.
    var lost: (count: Int, reason: String) { state.withLock { $0.lost } }

    private let state = Guarded(State())
    // Safe: only used by who has set `isWriting`.
    private nonisolated(unsafe) let metrics: MetricsWriter
    /// Used under the lock only, for one thread at a time; it never waits.
    private let lane: RecorderLane
    private let clock: any Platform.Clock
    private let path: String

    /// Updates between two that go into the report and `metrics.jsonl`; the log has every one.
    private static let updateEvery = 50

    /// - Parameters:
    ///   - metricsPath: `metrics.jsonl` of the session.
    ///   - lane: into the log, this journal's own.
    ///   - clock: the robot's.
    convenience init(
        metricsPath: String, lane: RecorderLane, clock: any Platform.Clock
    ) throws {
        self.init(
            try MetricsWriter(path: metricsPath), at: metricsPath, lane: lane, clock: clock)
    }

    init(_ metrics: MetricsWriter, at path: String, lane: RecorderLane, clock: any Platform.Clock) {
        self.metrics = metrics
        self.path = path
        self.lane = lane
        self.clock = clock
    }

    /// Takes the figures of one update.
    func record(_ figures: UpdateFigures) {
        let update = UpdateRecord(figures)
        guard update.update.isMultiple(of: Self.updateEvery) else {
            return state.withLock { _ in log(MetricsRecord(update)) }
        }
        write("update", update) { state in
            var all = MetricsRecord(update)
            all.add(figures)
            log(all)
            state.latest = update
            state.updates.append(update)
        }
    }

    private func log(_ metrics: MetricsRecord) { lane.record(.metrics(metrics), at: clock.now) }

    /// Takes an event for the report's table; the log has it from who tells it.
    func record(_ event: EventRecord) { write("event", event) { $0.events.append(event) } }

    /// Takes a finished episode.
    func record(_ episode: EpisodeRecord) { write("episode", episode) }

    /// Takes a finished evaluation.
    func record(_ evaluation: EvaluationRecord) { write("evaluation", evaluation) }

    /// Takes what the tick thread has counted.
    func record(_ tally: TickTally) { write("ticks", tally) }

    /// What the report needs of what was collected so far.
    struct Collected: Sendable, Equatable, Codable {
        var updates = SeriesThinner<UpdateRecord>(capacity: 400)
        var events: [EventRecord] = []
    }

    /// What was collected so far.
    var collected: Collected {
        state.withLock { Collected(updates: $0.updates, events: $0.events) }
    }

    /// Makes the lines so far durable and says how many bytes they have.
    func synchronise() throws -> UInt64 { try withFile { try metrics.synchronise() } }

    /// Goes on from what an earlier process had collected when `metrics.jsonl` had so many bytes; the file stays as it is
    /// until `supersede`.
    func resume(from collected: Collected, byteCount: UInt64) {
        state.withLock { state in
            state.updates = collected.updates
            state.events = collected.events
            state.waiting = byteCount
        }
    }

    /// Takes off `metrics.jsonl` what is told once more, and writes what was told since.
    func supersede() throws {
        try withFile {
            guard let byteCount = state.withLock({ $0.waiting }) else { return }
            try metrics.cut(to: byteCount)
            state.withLock { $0.waiting = nil }
        }
    }

    /// Goes on behind that: what was told since stays, and is not told again; of a line that was cut off nothing stays.
    func resume(behind collected: Collected, byteCount: UInt64) throws {
        let newline = UInt8(ascii: "\n")
        let bytes = try Files.read(path, limit: 1 << 30, .record)
        let lines = bytes[..<((bytes.lastIndex(of: newline) ?? -1) + 1)]
        let decoder = RecordCoding.decoder
        var collected = collected
        // Lines of other records lack members of this one.
        collected.events += lines.dropFirst(Int(clamping: byteCount)).split(separator: newline)
            .compactMap { try? decoder.decode(EventRecord.self, from: Data($0)) }
        resume(from: collected, byteCount: UInt64(lines.count))
    }

    /// Notes that the session goes on in another process.
    func record(_ resume: ResumeRecord) { write("resume", resume) }

    /// The last update's figures.
    var latestUpdate: UpdateRecord? { state.withLock { $0.latest } }

    /// Puts what was collected into the report.
    func fill(_ report: inout SessionReport) {
        state.withLock { state in
            report.updates = state.updates.elements
            report.events = state.events
        }
    }

    // MARK: The file

    /// Notes something, and has its line written.
    private func write(
        _ kind: String, _ value: some Encodable, _ note: (inout State) -> Void = { _ in }
    ) {
        var line: Line?
        var reason: String?
        do throws(ReportError) {
            if case .object(let members) = try RecordCoding.value(of: value) {
                line = (kind, members)
            }
        } catch { reason = "\(error)" }
        state.withLock { state in
            note(&state)
            if let line { state.lines.append(line) }
            if let reason { state.lost = (state.lost.count + 1, reason) }
        }
        writeLines()
    }

    /// Writes what is to be written, unless somebody is at the file, who then does that too.
    private func writeLines() {
        while claimFile(if: { $0.waiting == nil && !$0.lines.isEmpty }) {
            appendLines()
            leaveFile()
        }
    }

    /// Does something at the file behind all lines so far; waits for who is there.
    private func withFile<Result>(_ body: () throws -> Result) throws -> Result {
        while !claimFile(if: { _ in true }) { SystemClock().sleep(for: .milliseconds(1)) }
        defer {
            leaveFile()
            writeLines()
        }
        appendLines()
        return try body()
    }

    private func claimFile(if condition: (State) -> Bool) -> Bool {
        state.withLock { state in
            guard !state.isWriting, condition(state) else { return false }
            state.isWriting = true
            return true
        }
    }

    private func leaveFile() { state.withLock { $0.isWriting = false } }

    private func appendLines() {
        let lines = state.withLock { state -> [Line] in
            guard state.waiting == nil else { return [] }
            defer { state.lines = [] }
            return state.lines
        }
        for line in lines {
            do { try metrics.append(line.kind, line.members) } catch {
                state.withLock { $0.lost = ($0.lost.count + 1, "\(error)") }
            }
        }
    }
}

extension LogEvent {
    /// What an event of the report becomes in the log: the guardian's cause, where it is one, begins the line.
    init(_ event: EventRecord) {
        let level: EventLevel =
            switch event.kind {
            case .stop: .error
            case .hold, .rollback, .refusal: .warning
            case .note: .info
            }
        self.init(
            level: level, name: event.kind.rawValue,
            message: (event.causeCode.map { "cause \($0): " } ?? "") + event.cause)
    }
}
