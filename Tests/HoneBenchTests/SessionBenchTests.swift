import Report
import Testing

@testable import hone_bench

@Suite("Figures of sessions")
struct SessionBenchTests {
    @Test("A row has the report's figures under the header's names")
    func row() {
        var report = SessionReport(
            task: "t", robot: "r", seed: 3, schedule: "lockstep", preset: "default", version: "v")
        report.successAfter = SuccessRate(successes: 78, episodes: 100)
        report.rollbacks = 1
        report.episodesTrained = 2
        report.transitions = 3
        report.criticUpdates = 4
        report.robotMinutes = 20.04
        report.wallSeconds = 61.4
        let row = MeasuredSession.row("demo", 3, report)
        #expect(row == "| demo | 3 | – | 78 % (69–85) | 1 | 2 | 3 | 4 | 20.0 | 61 |")
        let columns = MeasuredSession.header.split(separator: "\n")[0].split(separator: "|").count
        #expect(row.split(separator: "|").count == columns)
    }

    @Test("At another rate the steps of axes that move by differences shrink, and nothing else")
    func rate() {
        let text = """
            policy_rate_hz: 5 # published
              - name: x
                upper_m: 0.5
                kind: delta
                action_low_m: -0.05 # published
                action_high_m: 0.05
              - name: gripper
                kind: absolute
                action_low_m: -1

            """
        #expect(
            ProjectCopy.atRate(20, text) == """
                policy_rate_hz: 20.0
                  - name: x
                    upper_m: 0.5
                    kind: delta
                    action_low_m: -0.0125
                    action_high_m: 0.0125
                  - name: gripper
                    kind: absolute
                    action_low_m: -1

                """)
    }

    @Test("Beside its row a session by the wall clock tells lateness and why it stopped")
    func realtime() {
        var report = SessionReport(
            task: "t", robot: "r", seed: 3, schedule: "realtime", preset: "default", version: "v")
        (report.ticks, report.ticksLate) = (10_000, 4)
        report.events = [
            EventRecord(kind: .stop, robotSeconds: 1, cause: "too late"),
            EventRecord(kind: .note, robotSeconds: 2, cause: "else"),
        ]
        let idle = IdleFigures(
            ticks: 20_000, ticksLate: 6, p50: 1e-4, p99: 2e-4, p999: 3e-4, maximum: 4e-3)
        let lines = RealtimeText.lines(report, idle: idle)
        #expect(lines.contains("| an idle loop beside it | 20000 | 6 | 0.1 | 0.2 | 0.3 | 4.0 |"))
        #expect(lines.contains("Late ticks beyond those of the idle loop: 1.0 of 10 000."))
        #expect(lines.last == "- stop: too late")
    }
}
