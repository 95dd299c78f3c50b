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
