import Embodiment
import Experience
import Foundation
import Learning
import Platform
import Report

/// What is collected for the report from any thread, and written to `metrics.jsonl` at once; updates to the log, too.
final class SessionJournal: Sendable {
    private struct State {
        var updates = SeriesThinner<UpdateRecord>(capacity: 400)
        var events: [EventRecord] = []
        var latest: UpdateRecord?
        // Safe: MetricsWriter is only touched under this lock.
        nonisolated(unsafe) var metrics: MetricsWriter?
        /// Lines that the file did not take, and why the last one.
        var lost = (count: 0, reason: "")
        /// Bytes that stay of a file that is not taken over yet, and the lines that follow them then.
        var waiting: (byteCount: UInt64, lines: [(String, [String: JSONValue])])?

        mutating func write(_ kind: String, _ value: some Encodable) {
            do {
                guard waiting == nil else {
                    guard case .object(let line) = try RecordCoding.value(of: value) else { return }
                    waiting?.lines.append((kind, line))
                    return
                }
                try metrics?.append(kind, encoding: value)
            } catch {
                lost = (lost.count + 1, "\(error)")
            }
        }
    }

    /// Lines that `metrics.jsonl` did not take so far, and why the last one; the log has them.
    var lost: (count: Int, reason: String) { state.withLock { $0.lost } }

    private let state: Guarded<State>
    /// Used under the lock only: one thread at a time.
    private let lane: RecorderLane
    private let clock: any Platform.Clock
    private let path: String

    /// Updates between two that go into the report and `metrics.jsonl`; the log has every one.
    private static let updateEvery = 50

    /// - Parameters:
    ///   - metricsPath: `metrics.jsonl` of the session.
    ///   - lane: into the log, this journal's own.
    ///   - clock: the robot's.
    init(metricsPath: String, lane: RecorderLane, clock: any Platform.Clock) throws {
        var state = State()
        state.metrics = try MetricsWriter(path: metricsPath)
        self.state = Guarded(state)
        self.lane = lane
        self.clock = clock
        path = metricsPath
    }

    /// Takes the figures of one update.
    func record(_ figures: UpdateFigures) {
        let update = UpdateRecord(figures)
        state.withLock { state in
            lane.record(.metrics(MetricsRecord(update)), at: clock.now)
            guard update.update.isMultiple(of: Self.updateEvery) else { return }
            state.latest = update
            state.updates.append(update)
            state.write("update", update)
        }
    }

    /// Takes an event for the report's table; the log has it from who tells it.
    func record(_ event: EventRecord) {
        state.withLock { state in
            state.events.append(event)
            state.write("event", event)
        }
    }

    /// Takes a finished episode.
    func record(_ episode: EpisodeRecord) {
        state.withLock { $0.write("episode", episode) }
    }

    /// Takes a finished evaluation.
    func record(_ evaluation: EvaluationRecord) {
        state.withLock { $0.write("evaluation", evaluation) }
    }

    /// Takes what the tick thread has counted.
    func record(_ tally: TickTally) {
        state.withLock { $0.write("ticks", tally) }
    }

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
    func synchronise() throws -> UInt64 {
        try state.withLock { try $0.metrics?.synchronise() ?? 0 }
    }

    /// Goes on from what an earlier process had collected when `metrics.jsonl` had so many bytes; the file stays as it is
    /// until `supersede`.
    func resume(from collected: Collected, byteCount: UInt64) {
        state.withLock { state in
            state.updates = collected.updates
            state.events = collected.events
            state.waiting = (byteCount, [])
        }
    }

    /// Takes off `metrics.jsonl` what is told once more, and writes what was told since.
    func supersede() throws {
        try state.withLock { state in
            guard let waiting = state.waiting else { return }
            try state.metrics?.cut(to: waiting.byteCount)
            state.waiting = nil
            for (kind, line) in waiting.lines { try state.metrics?.append(kind, line) }
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
    func record(_ resume: ResumeRecord) {
        state.withLock { $0.write("resume", resume) }
    }

    /// The last update's figures.
    var latestUpdate: UpdateRecord? { state.withLock { $0.latest } }

    /// Puts what was collected into the report.
    func fill(_ report: inout SessionReport) {
        state.withLock { state in
            report.updates = state.updates.elements
            report.events = state.events
        }
    }
}

extension MetricsRecord {
    /// What an update's figures become in the log: each under the name of its stage.
    init(_ update: UpdateRecord) {
        let stage = update.stage.map { $0 == " " ? "_" : $0 }
        let figures: [(String, Double?)] = [
            ("critic_loss", update.criticLoss), ("td_loss", update.tdLoss),
            ("conservative_loss", update.conservativeLoss), ("policy_loss", update.policyLoss),
            ("q_mean", update.qMean), ("q_minimum", update.qMinimum),
            ("q_maximum", update.qMaximum),
        ]
        self.init(
            update: UInt64(max(0, update.update)),
            scalars: figures.compactMap { label, value in
                value.map { Scalar(label: "\(String(stage)).\(label)", value: $0) }
            })
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
