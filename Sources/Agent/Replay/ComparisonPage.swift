import Embodiment
import Platform
import Report

/// `report.html` of `hone replay --policy`: one file that needs nothing else, in the session report's style.
struct ComparisonPage {
    let comparison: PolicyComparison

    /// Points of a plot: steps are gathered into so many groups at most.
    static let groups = 240

    /// The whole page.
    var html: String {
        PageParts.page(
            kind: "Hone policy comparison", title: comparison.task,
            subtitle: "\(comparison.other) over the observations of \(comparison.session)",
            body: """
                \(notice)\(tiles)
                <h2 id="plots">Where they differ</h2>
                <div class="plots">
                \(values)\(comparison.axes.indices.map(axis).joined())</div>
                <h2 id="axes">By axis</h2>
                \(axes)
                <h2 id="largest">Largest disagreements</h2>
                \(largest)
                """)
    }

    private var notice: String {
        guard !comparison.issues.isEmpty else { return "" }
        return PageParts.warning(
            "The log is not whole: " + comparison.issues.joined(separator: "; "))
    }

    private var tiles: String {
        let steps = comparison.steps
        let mean = steps.reduce(0) { $0 + $1.distance } / Double(max(1, steps.count))
        return PageParts.tiles([
            (NumberText.count(steps.count), "steps compared"),
            (NumberText.count(comparison.equalSteps), "equal to the bit"),
            (NumberText.short(mean), "mean largest difference"),
            (
                NumberText.count(comparison.preferredSteps),
                "steps where its critic prefers its own action"
            ),
        ])
    }

    /// Neighbouring steps in groups of equal size, with the number of the group's first step.
    private func grouped(
        _ value: (PolicyComparison.Step) -> Double
    ) -> [(x: Double, mean: Double, lowest: Double, highest: Double)] {
        let steps = comparison.steps
        let size = max(1, (steps.count + Self.groups - 1) / Self.groups)
        return stride(from: 0, to: steps.count, by: size).map { start in
            let values = steps[start..<min(start + size, steps.count)].map(value)
            return (
                Double(start), values.reduce(0, +) / Double(values.count), values.min() ?? 0,
                values.max() ?? 0
            )
        }
    }

    private var stepAxis: PlotAxis {
        PlotAxis(label: "step of the log", lower: 0, upper: Double(max(1, comparison.steps.count)))
    }

    private func axis(_ index: Int) -> String {
        let name = comparison.axes[index]
        let groups = grouped { abs($0.other[index] - $0.logged[index]) }
        var plot = SVGPlot(
            title: "Difference on \(name) over the log", x: stepAxis,
            y: PlotAxis(label: "difference", lower: 0))
        plot.add(
            .band(groups.map { PlotSpan(x: $0.x, lower: $0.lowest, upper: $0.highest) }), .primary,
            name: "least to largest")
        plot.add(
            .line(groups.map { PlotPoint($0.x, $0.mean) }, isDashed: false), .primary,
            name: "mean")
        return PageParts.figure(
            name, plot.svg,
            "How far the two actions are apart; the whole action box is 2 wide.")
    }

    private var values: String {
        var plot = SVGPlot(
            title: "The other critic’s value of both actions over the log", x: stepAxis,
            y: PlotAxis(label: "Q"), width: 970, height: 300)
        plot.add(
            .line(grouped(\.loggedValue).map { PlotPoint($0.x, $0.mean) }, isDashed: false),
            .primary, name: "action of the log")
        plot.add(
            .line(grouped(\.otherValue).map { PlotPoint($0.x, $0.mean) }, isDashed: false),
            .secondary, name: "action of the other policy")
        return PageParts.figure(
            "What its critic thinks", plot.svg,
            "Mean Q of neighbouring steps. Where the second line is above the first, the other "
                + "critic expects more of the other policy’s action; whether it is right only the "
                + "robot can say.", isWide: true)
    }

    private var axes: String {
        let rows = comparison.summaries.map { summary in
            [summary.name, NumberText.short(summary.mean), NumberText.short(summary.rms)]
                + [NumberText.short(summary.largest)]
        }
        return PageParts.table(["axis", "mean", "rms", "largest"], rows, textColumns: 1)
    }

    private var largest: String {
        let rows = comparison.largest.map { step in
            let worst = step.logged.values.indices.max {
                abs(step.other[$0] - step.logged[$0]) < abs(step.other[$1] - step.logged[$1])
            }
            let axis = worst ?? 0
            return [
                step.driver.name, comparison.axes[axis], "\(step.episode)", "\(step.step)",
                NumberText.fixed(step.logged[axis], decimals: 3),
                NumberText.fixed(step.other[axis], decimals: 3),
                NumberText.short(step.loggedValue), NumberText.short(step.otherValue),
            ]
        }
        return PageParts.table(
            ["who acted", "axis", "episode", "step", "logged", "other", "Q logged", "Q other"],
            rows, textColumns: 2)
    }
}
