import Report

/// What a session by the wall clock adds to its row.
enum RealtimeText {
    /// Markdown: lateness of ticks beside the machine's own, and why the robot stopped.
    static func lines(_ report: SessionReport, idle: IdleFigures?) -> [String] {
        var lines = [
            "", "| | ticks | late | p50 ms | p99 ms | p99.9 ms | worst ms |",
            "|---|---|---|---|---|---|---|",
        ]
        func row(_ name: String, _ counts: [Int], _ seconds: [Double]) {
            let cells = [name] + counts.map(String.init) + seconds.map { "\(rounded($0 * 1e3, 2))" }
            lines.append("| " + cells.joined(separator: " | ") + " |")
        }
        if let late = report.tickLateness?.wallSeconds {
            row(
                "the tick thread", [report.ticks, report.ticksLate],
                [late.p50, late.p99, late.p999, late.maximum])
        }
        if let idle {
            row(
                "an idle loop beside it", [idle.ticks, idle.ticksLate],
                [idle.p50, idle.p99, idle.p999, idle.maximum])
        }
        lines.append("")
        if let idle, idle.ticks > 0, report.ticks > 0 {
            let own = Double(report.ticksLate) / Double(report.ticks)
            let machine = Double(idle.ticksLate) / Double(idle.ticks)
            lines.append(
                "Late ticks beyond those of the idle loop: \(rounded(1e4 * (own - machine), 2)) of 10 000."
            )
        }
        if let realtime = report.realtime {
            lines.append(
                "\(realtime.summary); \(realtime.minorFaults) minor and \(realtime.majorFaults) major page faults."
            )
        }
        lines.append(
            "\(report.swaps) swaps, \(report.policyUpdates) policy updates, \(report.stops) stops, "
                + "\(report.holds) holds.")
        for event in report.events where event.kind == .stop || event.kind == .hold {
            lines.append("- \(event.kind.rawValue): \(event.cause)")
        }
        return lines
    }
}
