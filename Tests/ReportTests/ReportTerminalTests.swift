import Platform
import Testing

@testable import Report
@testable import TestSupport

@Suite("Report: terminal")
struct ReportTerminalTests {
    /// A clock that is set by hand and a stream that is kept.
    private final class Desk: Sendable {
        let clock = VirtualClock()
        let written = Guarded("")

        func reporter(_ mode: ProgressReporter.Mode, _ terminal: Terminal) -> ProgressReporter {
            ProgressReporter(
                mode: mode, terminal: terminal,
                clock: clock,
                output: { text in self.written.withLock { $0 += text } })
        }

        func wait(_ seconds: Double) { clock.advance(by: .seconds(seconds)) }
        var text: String { written.withLock { $0 } }
        var lines: [String] { text.split(separator: "\n").map(String.init) }
    }

    private let colourful = Terminal(
        isInteractive: true, hasColour: true, hasUnicode: true, width: 100)

    @Test("Elsewhere than on a terminal there is a plain line at most every five seconds")
    func plainLines() {
        let desk = Desk()
        let reporter = desk.reporter(.lines, Terminal())
        reporter.begin("evaluation", total: 100, unit: "episodes")
        for step in 1...100 {
            desk.wait(0.25)
            reporter.update(done: step, figures: [.fraction("success", 0.47), .value("Q", -31.62)])
        }
        reporter.end()
        #expect(desk.lines.count == 6)
        #expect(
            desk.lines[1]
                == "evaluation: 40 %, 40/100 episodes, 4.0/s, 0:15 left, success 47 %, Q −31.6")
        #expect(desk.lines[5] == "evaluation: done in 0:25, 100 episodes, success 47 %, Q −31.6")
        #expect(!desk.text.contains("\u{1B}") && !desk.text.contains("\r"))
    }

    @Test("On a terminal one line is drawn over, at most ten times a second, and the end stays")
    func bar() {
        let desk = Desk()
        let reporter = desk.reporter(.bar, colourful)
        reporter.begin("online PA-RL", total: 1000, unit: "episodes")
        for step in 1...1000 {
            desk.wait(0.01)
            reporter.update(done: step)
        }
        reporter.tell("weights 12 refused")
        reporter.end("success 90 %")
        let drawings = desk.text.count { $0 == "\r" }
        #expect((90...105).contains(drawings))
        #expect(desk.lines.count == 2)
        #expect(desk.lines[0].hasSuffix("weights 12 refused"))
        #expect(desk.lines[1].contains("✓") && desk.lines[1].hasSuffix("success 90 %"))
    }

    @Test("Quiet and JSON modes are silent, whatever happens")
    func silent() {
        #expect(ProgressReporter.mode(quiet: true, json: false, terminal: colourful) == .silent)
        #expect(ProgressReporter.mode(quiet: false, json: true, terminal: colourful) == .silent)
        #expect(ProgressReporter.mode(quiet: false, json: false, terminal: colourful) == .bar)
        #expect(ProgressReporter.mode(quiet: false, json: false, terminal: Terminal()) == .lines)
        let desk = Desk()
        let reporter = desk.reporter(.silent, colourful)
        reporter.begin("x", total: 1)
        reporter.update(done: 1)
        reporter.tell("n")
        reporter.end()
        #expect(desk.text.isEmpty)
    }

    @Test("A bar never reaches the terminal's last column, and gives up its tail first")
    func widths() {
        let line = ProgressLine(
            stage: "offline Cal-QL", done: 431, total: 1000, unit: "updates", elapsed: 12.5,
            figures: [.value("loss", 0.123), .value("Q", -31), .fraction("success", 0.5)])
        for width in 20...140 {
            for hasUnicode in [false, true] {
                let terminal = Terminal(isInteractive: true, hasUnicode: hasUnicode, width: width)
                #expect(line.bar(on: terminal).count < width, "width \(width)")
            }
        }
        let wide = line.bar(on: Terminal(isInteractive: true, width: 140))
        #expect(
            wide == "offline Cal-QL  ########------------   43 %  431/1000 updates  0:17 left  "
                + "loss 0.123  Q −31.0  success 50 %  34/s")
    }

    @Test("Work of unknown length shows its time and rate, done work no more than 100 percent")
    func unknownTotal() {
        var line = ProgressLine(
            stage: "record", done: 3, total: 0, unit: "episodes", elapsed: 60, figures: [])
        #expect(line.plain == "record: 3 episodes, 3.0/min, 1:00")
        line.total = 2
        #expect(line.plain.hasPrefix("record: 100 %, 3/2 episodes") && line.secondsLeft == 0)
        line.done = 0
        #expect(line.rate == nil && line.plain == "record: 0 %, 0/2 episodes")
    }

    @Test("Colours need a terminal that is not dumb and no NO_COLOR")
    func colours() {
        let usual = ["TERM": "xterm-256color", "LANG": "en_GB.UTF-8"]
        func terminal(_ isTerminal: Bool, _ extra: [String: String]) -> Terminal {
            Terminal(
                isTerminal: isTerminal, columns: 120,
                environment: usual.merging(extra) { _, new in new })
        }
        #expect(terminal(true, [:]).bold("x") == "\u{1B}[1mx\u{1B}[0m")
        #expect(terminal(true, [:]).hasUnicode && terminal(true, [:]).width == 120)
        #expect(terminal(false, [:]).bold("x") == "x")
        #expect(terminal(true, ["NO_COLOR": "1"]).red("x") == "x")
        #expect(terminal(true, ["NO_COLOR": "1"]).isInteractive)
        #expect(terminal(true, ["NO_COLOR": ""]).hasColour)
        #expect(!terminal(true, ["TERM": "dumb"]).isInteractive)
        #expect(!terminal(true, ["LC_ALL": "C"]).hasUnicode)
        #expect(Terminal(isTerminal: true, columns: 0, environment: [:]).width == 80)
    }

    @Test("An error says what was tried, what was found and what to do")
    func errors() {
        let error = ErrorText(
            attempted: "cannot reach the bridge at ipc://robot",
            found: "no answer within 3 s\nat all",
            remedy: "start the bridge first")
        #expect(
            error.description
                == "cannot reach the bridge at ipc://robot: no answer within 3 s\nat all; "
                + "start the bridge first")
        #expect(
            error.rendered(on: Terminal()) == """
                error: cannot reach the bridge at ipc://robot
                  found: no answer within 3 s
                         at all
                  to do: start the bridge first
                """)
        #expect(error.rendered(on: colourful).contains("\u{1B}[31merror:\u{1B}[0m"))
    }

    @Test("Errors of others are shown too, and those of configuration files as they are")
    func otherErrors() {
        struct Other: Error, CustomStringConvertible { var description: String }
        let plain = Terminal()
        #expect(ErrorText.rendered(Other(description: "a\nb"), on: plain) == "error: a\n       b")
        let yaml = "robots/x.yaml:12:5: error: unknown key\n  speeed: 1\n  ^"
        #expect(ErrorText.rendered(Other(description: yaml), on: plain) == yaml)
        let report = ReportError.cannotWrite(path: "d/report.json", reason: "no space")
        #expect(ErrorText.rendered(report, on: plain).contains("\n  found: no space\n  to do: "))
    }

    @Test("The summary names both rates and the robot time")
    func summary() {
        let text = ReportSample.report().summary(on: Terminal())
        #expect(text.contains("success after    96 % (90–98 %, 96 of 100)"))
        #expect(text.contains("38.4 min, 160 training episodes"))
    }

    @Test("A stage that was broken off is not done, and one episode is one")
    func cutShort() {
        let line = ProgressLine(
            stage: "demonstrations", done: 1, total: 2, unit: "episodes", elapsed: 14,
            figures: [.count("tried", 2)])
        let plain = Terminal()
        #expect(
            line.finished(on: plain, summary: nil, isCutShort: true)
                == "demonstrations: stopped after 0:14, 1 episode, tried 2")
        #expect(
            line.finished(on: plain, summary: nil)
                == "demonstrations: done in 0:14, 1 episode, tried 2")
    }
}
