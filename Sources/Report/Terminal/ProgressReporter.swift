import Platform

/// Shows how far long work has come, on standard error.
///
/// On a terminal one line that is drawn over, at most ten times a second; elsewhere a plain line
/// at most every five seconds; with `--quiet` and `--json` only what a person has to do. Any thread
/// may call it but the tick's: it takes a lock and writes.
public final class ProgressReporter: Sendable {
    /// How progress is shown.
    public enum Mode: Sendable, Equatable {
        /// One line, drawn over.
        case bar
        /// A line now and then.
        case lines
        /// Not at all.
        case silent
    }

    private struct State {
        var line: ProgressLine?
        var began = MonotonicTime.zero
        var shown = MonotonicTime.zero
        var isBarVisible = false
    }

    /// Seconds between two drawings of the bar.
    static let barInterval = 0.1
    /// Seconds between two plain lines.
    static let lineInterval = 5.0

    private let mode: Mode
    private let terminal: Terminal
    private let clock: any Platform.Clock
    private let output: @Sendable (String) -> Void
    private let state = Guarded(State())

    /// Reports to standard error, in the mode that suits it.
    public convenience init(quiet: Bool = false, json: Bool = false) {
        let terminal = Terminal.standardError()
        self.init(
            mode: Self.mode(quiet: quiet, json: json, terminal: terminal), terminal: terminal,
            clock: SystemClock(),
            output: { Terminal.writeToStandardError($0) })
    }

    /// Reports in a given mode, with the clock and the stream injected.
    public init(
        mode: Mode, terminal: Terminal, clock: any Platform.Clock,
        output: @escaping @Sendable (String) -> Void
    ) {
        self.mode = mode
        self.terminal = terminal
        self.clock = clock
        self.output = output
    }

    /// The mode for a stream and two options.
    public static func mode(quiet: Bool, json: Bool, terminal: Terminal) -> Mode {
        if quiet || json { return .silent }
        return terminal.isInteractive ? .bar : .lines
    }

    /// Begins a stage of `total` steps, 0 when nobody knows how many; one still open is ended.
    public func begin(_ stage: String, total: Int = 0, unit: String = "steps") {
        guard mode != .silent else { return }
        state.withLock { state in
            endLine(&state, summary: nil)
            state.began = clock.now
            state.shown = state.began
            state.line = ProgressLine(
                stage: stage, done: 0, total: total, unit: unit, elapsed: 0, figures: [])
            if mode == .bar { draw(&state) }
        }
    }

    /// Says how far the stage is; cheap when nothing is due to be drawn.
    public func update(done: Int, figures: @autoclosure () -> [ProgressFigure] = []) {
        guard mode != .silent else { return }
        state.withLock { state in
            guard state.line != nil else { return }
            let now = clock.now
            state.line?.done = done
            let interval = mode == .bar ? Self.barInterval : Self.lineInterval
            guard now.seconds(since: state.shown) >= interval else { return }
            state.shown = now
            state.line?.elapsed = now.seconds(since: state.began)
            state.line?.figures = figures()
            draw(&state)
        }
    }

    /// Ends the stage with one line that stays; `summary` replaces the last figures.
    ///
    /// - Parameter isCutShort: something broke it off.
    public func end(_ summary: String? = nil, isCutShort: Bool = false) {
        guard mode != .silent else { return }
        state.withLock { endLine(&$0, summary: summary, isCutShort: isCutShort) }
    }

    /// Writes a line that stays, above the bar.
    public func tell(_ text: String) {
        if mode != .silent { ask(text) }
    }

    /// The same for what a session waits for: it is shown in every mode.
    public func ask(_ text: String) {
        state.withLock { state in
            erase(&state)
            output(text + "\n")
            if mode == .bar && state.line != nil { draw(&state) }
        }
    }

    private func draw(_ state: inout State) {
        guard let line = state.line else { return }
        if mode == .bar {
            output(Terminal.eraseLine + line.bar(on: terminal))
            state.isBarVisible = true
        } else {
            output(line.plain + "\n")
        }
    }

    private func erase(_ state: inout State) {
        guard state.isBarVisible else { return }
        output(Terminal.eraseLine)
        state.isBarVisible = false
    }

    private func endLine(_ state: inout State, summary: String?, isCutShort: Bool = false) {
        guard var line = state.line else { return }
        erase(&state)
        line.elapsed = clock.now.seconds(since: state.began)
        output(
            line.finished(on: terminal, summary: summary, isCutShort: isCutShort) + "\n")
        state.line = nil
    }
}
