import Configuration
import Platform
import Report

/// The page of `hone compare --page`, in the session report's style.
struct SessionComparisonPage {
    let comparison: SessionComparison

    /// Arms that are drawn; with more nobody can tell their lines from each other.
    static let mostDrawn = 8
    private static let colours: [PlotColour] = [.primary, .secondary, .tertiary, .muted]

    /// The whole page.
    var html: String {
        let tasks = Set(comparison.sessions.compactMap(\.record.task)).sorted()
        let body =
            comparison.problems.map { PageParts.warning("Not compared: \($0).") }.joined()
            + comparison.notes.map { PageParts.warning("\($0).") }.joined()
            + plots + "<h2 id=\"sessions\">Sessions</h2>\n"
            + PageParts.table(
                ["session"] + SessionComparison.sessionHeads,
                comparison.sessions.map { [$0.name] + comparison.cells(of: $0) }, textColumns: 1)
            + settings + "<h2 id=\"arms\">Arms</h2>\n"
            + PageParts.table(
                SessionComparison.armHeads, comparison.arms.map { comparison.cells(of: $0) },
                textColumns: 1) + pairs + Self.guide
        return PageParts.page(
            kind: "Hone session comparison", title: tasks.joined(separator: ", "),
            subtitle: "\(comparison.sessions.count) sessions, \(comparison.arms.count) arms",
            body: body)
    }

    private var plots: String {
        let figures = [curves, differences].compactMap { $0 }.joined()
        return figures.isEmpty
            ? ""
            : "<h2 id=\"plots\">Side by side</h2>\n<div class=\"plots\">\n\(figures)</div>\n"
    }

    private var drawn: [(arm: ComparedArm, colour: PlotColour, isDashed: Bool)] {
        comparison.arms.prefix(Self.mostDrawn).enumerated().map { index, arm in
            (arm, Self.colours[index % Self.colours.count], index >= Self.colours.count)
        }
    }

    private var curves: String? {
        let last = comparison.arms.flatMap(\.figures.sessions).compactMap {
            $0.curve.last?.robotMinutes
        }.max()
        guard let last, last > 0 else { return nil }
        var plot = SVGPlot(
            title: "Success over robot minutes",
            x: PlotAxis(label: "robot time, min", lower: 0, upper: last),
            y: PlotAxis(label: "success", format: .percent, lower: 0, upper: 1), width: 970,
            height: 320)
        for (arm, colour, isDashed) in drawn {
            plot.add(
                .line(
                    arm.figures.curve.map { PlotPoint($0.robotMinutes, $0.success.rate) },
                    isDashed: isDashed), colour, name: "arm \(arm.number)")
            for session in arm.sessions {
                let points = (session.figures?.curve ?? []).map {
                    PlotPoint(
                        $0.robotMinutes, $0.success.rate,
                        note:
                            "\(session.name), \(NumberText.trimmed($0.robotMinutes, decimals: 1)) min: "
                            + $0.success.text)
                }
                plot.add(.points(points, isDashed ? .ring : .disc), colour)
            }
        }
        let rest = comparison.arms.count - drawn.count
        return PageParts.figure(
            "Success over robot time", plot.svg,
            "Lines: means over the seeds of an arm. Points: evaluations of single sessions."
                + (rest > 0 ? " \(rest) more arms are only in the tables." : ""), isWide: true)
    }

    private var differences: String? {
        guard let first = comparison.arms.first, comparison.arms.count > 1 else { return nil }
        let found = comparison.arms.dropFirst().compactMap { arm in
            arm.figures.difference(from: first.figures, in: \.success).map { (arm.number, $0) }
        }
        guard !found.isEmpty else { return nil }
        var plot = SVGPlot(
            title: "Difference in success from arm 1",
            x: PlotAxis(
                label: "arm", lower: 1, upper: Double(comparison.arms.count) + 0.5),
            y: PlotAxis(label: "difference in success", format: .percent), width: 970, height: 260)
        plot.add(
            .line(
                [PlotPoint(1, 0), PlotPoint(Double(comparison.arms.count) + 0.5, 0)], isDashed: true
            ),
            .muted)
        plot.add(
            .spans(
                found.compactMap { number, difference in
                    difference.interval.map {
                        PlotSpan(x: Double(number), lower: $0.lowerBound, upper: $0.upperBound)
                    }
                }), .primary, name: "95 % interval over seeds")
        plot.add(
            .points(
                found.map { number, difference in
                    PlotPoint(
                        Double(number), difference.mean,
                        note: "arm \(number): \(FigureText.points(difference)) points")
                }, .diamond), .primary, name: "mean difference")
        return PageParts.figure(
            "Difference from arm 1", plot.svg,
            "Success at the end, sessions of the same seed, mean with its interval by Student’s t.",
            isWide: true)
    }

    private var settings: String {
        let rows = comparison.arms.flatMap { arm in
            arm.differences.map {
                [$0.key, "\(arm.number)", $0.here ?? "(not given)", $0.there ?? "(not given)"]
            }
        }
        guard !rows.isEmpty else { return "" }
        return "<h2 id=\"settings\">Settings that differ</h2>\n"
            + PageParts.table(["setting", "arm", "there", "in arm 1"], rows, textColumns: 1)
    }

    private var pairs: String {
        guard comparison.arms.count > 1 else { return "" }
        let rows = comparison.pairRows.map { [$0[1], $0[0]] + $0.dropFirst(2) }
        let heads = SessionComparison.pairHeads
        return "<h2 id=\"differences\">Differences from arm 1</h2>\n"
            + PageParts.table(
                [heads[1], heads[0]] + heads.dropFirst(2), rows, textColumns: 1)
    }

    private static let guide = """
        <h2 id="guide">How to read this</h2>
        <dl>
        <dt>Intervals of a success rate</dt>
        <dd>Wilson’s, 95 %. They hold the luck of the episodes, not that of the session: two sessions that
        differ in nothing but their seeds differ by more.</dd>
        <dt>Differences</dt>
        <dd>The unit is the session. Sessions of one seed have the same demonstrations, first weights and start
        states, so that what is left of their difference is the arm’s. The interval is Student’s t over the
        pairs; the sign-flip test asks how often a mean so far from 0 comes about if each pair’s
        difference had either sign by chance. With five pairs it cannot fall below 0.0625.</dd>
        <dt>Area</dt>
        <dd>Mean success over the robot time, from the straight lines between evaluations: an arm that gets
        there sooner has more of it.</dd>
        <dt>Clipped</dt>
        <dd>Share of all ticks in which a limit slowed down what the policy asked for.</dd>
        <dt>Learner s/min</dt>
        <dd>Processor time of the updates for each minute of robot time.</dd>
        </dl>
        """
}
