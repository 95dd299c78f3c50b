import Platform

/// Success over robot minutes, of one session.
extension ReportPlots {
    /// The evaluations before, on the way and after; nil where there were none on the way.
    var curve: String? {
        guard report.curve != nil else { return nil }
        let points = SuccessCurve(of: report).points
        guard let last = points.last else { return nil }
        var plot = SVGPlot(
            title: "Success over robot minutes",
            x: PlotAxis(
                label: "robot time, min", lower: 0, upper: max(last.robotMinutes, 1e-3)),
            y: PlotAxis(label: "success", format: .percent, lower: 0, upper: 1), width: 970,
            height: 300)
        plot.add(
            .line(points.map { PlotPoint($0.robotMinutes, $0.success.rate) }, isDashed: false),
            .primary)
        plot.add(
            .spans(
                points.map {
                    PlotSpan(
                        x: $0.robotMinutes, lower: $0.success.ci95[0], upper: $0.success.ci95[1])
                }), .primary, name: "95 % interval")
        plot.add(
            .points(
                points.map {
                    PlotPoint(
                        $0.robotMinutes, $0.success.rate,
                        note:
                            "\(NumberText.trimmed($0.robotMinutes, decimals: 1)) min: \($0.success.text)"
                    )
                }, .disc), .primary, name: "evaluation")
        return figure(
            "Success over robot time", plot.svg,
            "Evaluations before, on the way and after, all from the first start states of one list, "
                + "with Wilson’s 95 % intervals. They are no robot time, and nothing is learned from "
                + "them. Success reached " + SuccessCurve(of: report).marksText + ".", isWide: true)
    }
}
