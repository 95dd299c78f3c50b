import Platform

/// `report.html`: one file that needs nothing else, drawn from a `SessionReport`.
///
/// Well-formed XML too, so that a test can parse it. Every text from outside is escaped.
struct ReportPage {
    let report: SessionReport
    private let plots: ReportPlots

    init(_ report: SessionReport) {
        self.report = report
        plots = ReportPlots(report)
    }

    /// Events listed before the rest is only counted.
    static let eventLimit = 100

    /// The whole page.
    var html: String {
        """
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8"/>
        <meta name="viewport" content="width=device-width, initial-scale=1"/>
        <title>\(text(report.task)) – Hone session report</title>
        <style>\(ReportStyle.sheet)</style></head>
        <body><main>
        \(header)\(notice)\(hero)\(tiles)
        <h2 id="plots">How it went</h2>
        <div class="plots">
        \(plots.figures)</div>
        \(evaluations)\(demonstrated)
        <h2 id="facts">Facts</h2>
        <div class="facts">
        \(facts)</div>
        <h2 id="events">Stops, holds and other events</h2>
        \(events)
        \(ReportGuide.html)
        </main></body></html>

        """
    }

    private func text(_ value: String) -> String { SVGText.escaped(value) }

    private var header: String {
        """
        <header><p class="kicker">Hone session report</p><h1>\(text(report.task))</h1>
        <p class="sub">\(text(report.robot)) · seed \(String(report.seed)) · \
        \(text(report.schedule)) · preset \(text(report.preset)) · \(text(report.version))</p>
        </header>

        """
    }

    private var notice: String {
        let caveats = (report.caveats ?? []).map { "<p class=\"card warn\">\(text($0)).</p>\n" }
        guard report.ended != "completed" else { return caveats.joined() }
        return "<p class=\"card warn\">This session did not run to its end: "
            + "\(text(report.ended)). The figures cover what happened until then.</p>\n"
            + caveats.joined()
    }

    /// The headline of a session that is a part of the story.
    private var deed: (big: String, words: String)? {
        if let success = report.success {
            return (
                NumberText.wholePercent(success.rate) + " %",
                "success: \(success.successes) of \(success.episodes) episodes, 95 % interval "
                    + "\(NumberText.wholePercent(success.ci95.first ?? 0))–"
                    + "\(NumberText.wholePercent(success.ci95.last ?? 1)) %"
            )
        }
        return report.demonstrations.map { ("\($0.successes)", "demonstrations: \($0.text)") }
    }

    private var hero: String {
        if let deed {
            return "<section class=\"card hero\" id=\"success\"><div>\n<p class=\"big\">"
                + "\(text(deed.big))</p>\n<p>\(text(deed.words))</p></div></section>\n"
        }
        let before = report.successBefore.map { NumberText.wholePercent($0.rate) + " %" } ?? "–"
        let after = report.successAfter.map { NumberText.wholePercent($0.rate) + " %" } ?? "–"
        return """
            <section class="card hero" id="success"><div>
            <p class="big">\(text(before)) <span>→</span> \(text(after))</p>
            <p>success before and after fine-tuning on the robot</p></div>
            \(SuccessChart(before: report.successBefore, after: report.successAfter).svg)\
            </section>

            """
    }

    private var tiles: String {
        let tiles = [
            (NumberText.fixed(report.robotMinutes, decimals: 1) + " min", "robot time"),
            report.command == nil
                ? (NumberText.count(report.episodesTrained), "training episodes")
                : (
                    NumberText.count(report.criticUpdates + report.policyUpdates),
                    "updates of policy and critic"
                ),
            (NumberText.count(report.stops), report.stops == 1 ? "stop" : "stops"),
            (
                NumberText.count(report.ticksLate),
                "late ticks of \(NumberText.count(report.ticks))"
            ),
        ]
        return "<section class=\"card tiles\" id=\"headline\">"
            + tiles.map { "<div><b>\(text($0.0))</b><span>\(text($0.1))</span></div>" }.joined()
            + "</section>\n"
    }

    private var facts: String {
        let session: [(String, String)] = [
            ("Task", report.task), ("Robot", report.robot), ("Seed", String(report.seed)),
            ("Schedule", report.schedule), ("Preset", report.preset),
            ("Version", report.version), ("Ended", report.ended),
            ("Wall time", NumberText.duration(report.wallSeconds)),
            ("Resumed", NumberText.count(report.resumes?.count ?? 0)),
        ]
        var learning: [(String, String)] =
            report.command == nil
            ? [
                ("Success before", report.successBefore?.shortText ?? "not evaluated"),
                ("Success after", report.successAfter?.shortText ?? "not evaluated"),
            ] : [("Success", report.success?.shortText ?? "not evaluated")]
        if report.curve != nil {
            let curve = SuccessCurve(of: report)
            for mark in SuccessCurve.marks {
                let minutes = curve.minutes(to: mark).map {
                    NumberText.trimmed($0, decimals: 1) + " min"
                }
                learning.append(
                    ("\(NumberText.wholePercent(mark)) % success at", minutes ?? "not reached"))
            }
        }
        learning += [
            ("Episodes trained", NumberText.count(report.episodesTrained)),
            ("Transitions stored", NumberText.count(report.transitions)),
            ("Critic updates", NumberText.count(report.criticUpdates)),
            ("Policy updates", NumberText.count(report.policyUpdates)),
            ("Weight swaps", NumberText.count(report.swaps)),
            ("Rollbacks", NumberText.count(report.rollbacks)),
        ]
        if let refused = report.refusalText { learning.append(("Refused weights", refused)) }
        var control: [(String, String)] = [
            ("Robot time", NumberText.fixed(report.robotMinutes, decimals: 1) + " min"),
            ("Ticks", NumberText.count(report.ticks)),
            ("Late ticks", NumberText.count(report.ticksLate)),
        ]
        if let realtime = report.realtime {
            control += [
                ("Real time", realtime.summary),
                ("Speed limits used", NumberText.wholePercent(realtime.speedShare) + " %"),
                ("Page faults of the tick", realtime.faultText),
            ]
        }
        control += latency("Lateness", report.tickLateness)
        control += latency("Policy", report.policyLatency)
        control += [
            ("Stops", NumberText.count(report.stops)), ("Holds", NumberText.count(report.holds)),
            ("Samples dropped", NumberText.count(report.samplesDropped)),
        ]
        return table("Session", session) + table("Learning", learning) + table("Control", control)
    }

    private func latency(_ name: String, _ summary: LatencySummary?) -> [(String, String)] {
        guard let summary, summary.count > 0 else { return [] }
        let times = summary.wallSeconds
        let pair = [times.p50, times.p99].map(NumberText.duration).joined(separator: ", ")
        return [
            ("\(name) p50, p99", pair), ("\(name) worst", NumberText.duration(times.maximum)),
        ]
    }

    private func table(_ caption: String, _ rows: [(String, String)]) -> String {
        let body = rows.map {
            "<tr><th scope=\"row\">\(text($0.0))</th><td>\(text($0.1))</td></tr>\n"
        }
        return "<div class=\"card\"><table><caption>\(caption)</caption><tbody>\n"
            + body.joined() + "</tbody></table></div>\n"
    }

    private var evaluations: String {
        guard !report.evaluations.isEmpty else { return "" }
        let rows = report.evaluations.map { evaluation in
            let cells = [
                NumberText.count(evaluation.afterEpisodes), String(evaluation.policyVersion),
                evaluation.success.text, NumberText.fixed(evaluation.meanReturn, decimals: 1),
                NumberText.fixed(evaluation.meanLength, decimals: 1),
            ]
            return "<tr><td>\(text(evaluation.name))</td>"
                + cells.map { "<td class=\"number\">\(text($0))</td>" }.joined() + "</tr>\n"
        }
        return grid(
            "evaluations", title: "Evaluations",
            columns: [
                ("Evaluation", false), ("after episodes", true), ("weights", true),
                ("success (95 % interval)", true), ("mean return", true), ("mean steps", true),
            ], rows: rows)
    }

    private var demonstrated: String {
        guard let ranges = report.demonstrated, !ranges.isEmpty else { return "" }
        let rows = ranges.map { range in
            let cells = [
                NumberText.short(range.least), NumberText.short(range.greatest),
                range.deviation.map { $0 == 0 ? "did not vary" : NumberText.short($0) } ?? "",
                range.boxShare.map { NumberText.wholePercent($0) + " %" } ?? "",
            ]
            return "<tr><td>\(text(range.name))</td>"
                + cells.map { "<td class=\"number\">\(text($0))</td>" }.joined() + "</tr>\n"
        }
        return grid(
            "demonstrated", title: "What the demonstrations show",
            columns: [
                ("Number", false), ("least", true), ("greatest", true), ("deviation", true),
                ("of its box", true),
            ], rows: rows)
    }

    private var events: String {
        guard !report.events.isEmpty else {
            return "<p class=\"quiet\">None: the robot was never stopped, held or taken back to "
                + "older weights.</p>\n"
        }
        let rows = report.events.prefix(Self.eventLimit).map { event in
            "<tr><td>\(event.kind.rawValue)</td>"
                + "<td class=\"number\">\(NumberText.clock(event.robotSeconds))</td>"
                + "<td class=\"number\">\(event.episode.map(String.init) ?? "–")</td>"
                + "<td>\(text(event.cause))</td></tr>\n"
        }
        let rest = report.events.count - rows.count
        return grid(
            nil, title: nil,
            columns: [("Event", false), ("robot time", true), ("episode", true), ("cause", false)],
            rows: Array(rows))
            + (rest > 0
                ? "<p class=\"quiet\">and \(rest) more; report.json lists all of them.</p>\n" : "")
    }

    private func grid(
        _ id: String?, title: String?, columns: [(name: String, isNumber: Bool)], rows: [String]
    ) -> String {
        var out = ""
        if let id, let title { out += "<h2 id=\"\(id)\">\(title)</h2>\n" }
        let heads = columns.map {
            "<th scope=\"col\"\($0.isNumber ? " class=\"number\"" : "")>\($0.name)</th>"
        }
        out +=
            "<div class=\"card scroll\"><table><thead><tr>\(heads.joined())</tr></thead><tbody>\n"
        return out + rows.joined() + "</tbody></table></div>\n"
    }
}
