import Embodiment
import Synchronization

/// What is collected for the report from any thread, and written to `metrics.jsonl` at once.
final class SessionJournal: Sendable {
    private struct State {
        var updates = SeriesThinner<UpdateRecord>(capacity: 400)
        var events: [EventRecord] = []
        var latest: UpdateRecord?
        // Safe: MetricsWriter is only touched under this lock.
        nonisolated(unsafe) var metrics: MetricsWriter?
    }

    private let state: Mutex<State>

    /// - Parameter metricsPath: `metrics.jsonl` of the session.
    init(metricsPath: String) throws {
        var state = State()
        state.metrics = try MetricsWriter(path: metricsPath)
        self.state = Mutex(state)
    }

    /// Takes the figures of one update.
    func record(_ update: UpdateRecord) {
        state.withLock { state in
            state.latest = update
            state.updates.append(update)
            try? state.metrics?.append("update", encoding: update)
        }
    }

    /// Takes an event for the report's table.
    func record(_ event: EventRecord) {
        state.withLock { state in
            state.events.append(event)
            try? state.metrics?.append("event", encoding: event)
        }
    }

    /// Takes a finished episode.
    func record(_ episode: EpisodeRecord) {
        state.withLock { try? $0.metrics?.append("episode", encoding: episode) }
    }

    /// Takes a finished evaluation.
    func record(_ evaluation: EvaluationRecord) {
        state.withLock { try? $0.metrics?.append("evaluation", encoding: evaluation) }
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

    /// Goes on from what an earlier process had collected when `metrics.jsonl` had so many bytes.
    func goOn(from collected: Collected, byteCount: UInt64) throws {
        try state.withLock { state in
            state.updates = collected.updates
            state.events = collected.events
            try state.metrics?.cut(to: byteCount)
        }
    }

    /// Notes that the session goes on in another process.
    func record(_ resume: ResumeRecord) {
        state.withLock { try? $0.metrics?.append("resume", encoding: resume) }
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
