import Embodiment
import Foundation
import Platform

/// The plots of a report, each a `figure` with a heading, a drawing and a line on how to read it.
struct ReportPlots {
    let report: SessionReport

    /// Training episodes in the running success rate.
    static let window = 20

    init(_ report: SessionReport) { self.report = report }

    /// All figures for which there are data.
    var figures: String {
        [success, curve, returns, calibration, criticLosses, policyLoss, qValues, lateness, stages]
            .compactMap { $0 }.joined()
    }

    func figure(
        _ heading: String, _ drawing: String, _ caption: String, isWide: Bool = false
    ) -> String {
        PageParts.figure(heading, drawing, caption, isWide: isWide)
    }

    // MARK: Episodes

    private var success: String? {
        let counted = report.episodes.filter { $0.outcome != .aborted }
        guard !counted.isEmpty || !report.evaluations.isEmpty else { return nil }
        // The first few episodes alone say nothing and would jump over the whole plot.
        let running = Self.runningRate(counted, window: Self.window)
            .dropFirst(counted.count > Self.window ? 4 : 0)
        let last = max(
            report.episodes.last?.episode ?? 0, report.evaluations.map(\.afterEpisodes).max() ?? 0)
        var plot = SVGPlot(
            title: "Success rate over training episodes",
            x: PlotAxis(label: "training episode", lower: 0, upper: Double(max(1, last))),
            y: PlotAxis(label: "success", format: .percent, lower: 0, upper: 1),
            width: 970, height: 300)
        plot.add(
            .band(running.map { PlotSpan(x: $0.x, lower: $0.lower, upper: $0.upper) }), .primary,
            name: "95 % interval")
        plot.add(
            .line(running.map { PlotPoint($0.x, $0.rate) }, isDashed: false), .primary,
            name: "last \(Self.window) training episodes")
        if !report.evaluations.isEmpty {
            plot.add(
                .spans(
                    report.evaluations.map {
                        PlotSpan(
                            x: Double($0.afterEpisodes), lower: $0.success.ci95.first ?? 0,
                            upper: $0.success.ci95.last ?? 1)
                    }), .secondary)
            plot.add(
                .points(
                    report.evaluations.map {
                        PlotPoint(
                            Double($0.afterEpisodes), $0.success.rate,
                            note: "\($0.name): \($0.success.text)")
                    }, .diamond), .secondary, name: "evaluation")
        }
        return figure(
            "Success over episodes", plot.svg,
            "Running success rate while training, with Wilson’s 95 % interval; diamonds are "
                + "evaluations from start states never trained on.", isWide: true)
    }

    /// The rate over the last `window` episodes with its interval, from the first episode on.
    static func runningRate(
        _ episodes: [EpisodeRecord], window: Int
    ) -> [(x: Double, rate: Double, lower: Double, upper: Double)] {
        var successes = 0
        return episodes.indices.map { index in
            if episodes[index].outcome == .success { successes += 1 }
            if index >= window && episodes[index - window].outcome == .success { successes -= 1 }
            let count = min(index + 1, window)
            let interval = BinomialInterval(successes: successes, trials: count)
            return (
                Double(episodes[index].episode), Double(successes) / Double(count), interval.lower,
                interval.upper
            )
        }
    }

    private static let shapes: [(EpisodeOutcome, PlotColour, PlotShape)] = [
        (.failure, .secondary, .cross), (.success, .primary, .disc), (.aborted, .muted, .ring),
    ]

    private var returns: String? {
        guard !report.episodes.isEmpty else { return nil }
        var plot = SVGPlot(
            title: "Return of each training episode",
            x: PlotAxis(
                label: "training episode", lower: 0,
                upper: Double(max(1, report.episodes.last?.episode ?? 1))),
            y: PlotAxis(label: "return"))
        for (outcome, colour, shape) in Self.shapes {
            let points = report.episodes.filter { $0.outcome == outcome }.map {
                PlotPoint(Double($0.episode), $0.return, note: Self.caption($0))
            }
            guard !points.isEmpty else { continue }
            plot.add(.points(points, shape), colour, name: outcome.name)
        }
        return figure(
            "Returns", plot.svg,
            "Sum of rewards of each training episode. With −1 a step, higher is faster.")
    }

    private var calibration: String? {
        var plot = SVGPlot(
            title: "Q at the start state against the Monte-Carlo return",
            x: commonAxis("return that followed (discounted)"),
            y: commonAxis("Q at the start"))
        var isEmpty = true
        plot.add(.diagonal, .muted, name: "exact")
        for (outcome, colour, shape) in Self.shapes {
            let points = report.episodes.filter { $0.outcome == outcome }.compactMap { episode in
                episode.monteCarloReturn.flatMap { value in
                    episode.qStart.map { PlotPoint(value, $0, note: Self.caption(episode)) }
                }
            }
            guard !points.isEmpty else { continue }
            isEmpty = false
            plot.add(.points(points, shape), colour, name: outcome.name)
        }
        guard !isEmpty else { return nil }
        return figure(
            "Q against what happened", plot.svg,
            "The critic’s forecast at the first step and the return that followed. Above the "
                + "diagonal it was too optimistic, below too pessimistic.")
    }

    /// The same ends for both axes, so that the diagonal is one.
    private func commonAxis(_ label: String) -> PlotAxis {
        let values = report.episodes.flatMap { episode in
            episode.qStart == nil || episode.monteCarloReturn == nil
                ? [] : [episode.qStart, episode.monteCarloReturn].compactMap { $0 }
        }.filter(\.isFinite)
        guard let low = values.min(), let high = values.max(), high > low else {
            return PlotAxis(label: label)
        }
        let step = PlotTicks.step(for: high - low, about: 5)
        return PlotAxis(
            label: label, lower: (low / step).rounded(.down) * step,
            upper: (high / step).rounded(.up) * step)
    }

    private static func caption(_ episode: EpisodeRecord) -> String {
        var text = "episode \(episode.episode): \(episode.outcome.name), return "
        text += NumberText.short(episode.return) + ", \(episode.length) steps, weights "
        text += String(episode.policyVersion)
        if let q = episode.qStart { text += ", Q " + NumberText.short(q) }
        return text
    }

    // MARK: Time

    private var lateness: String? {
        guard let summary = report.tickLateness,
            summary.wallSeconds.buckets.contains(where: { $0.count > 0 && $0.upper > 0 }),
            summary.wallSeconds.maximum > 0
        else { return nil }
        let bars = Self.rebinned(summary.wallSeconds.buckets, binsPerDecade: 5)
        var plot = SVGPlot(
            title: "Distribution of tick lateness",
            x: PlotAxis(label: "lateness", scale: .logarithmic, format: .duration),
            y: PlotAxis(label: "ticks", scale: .logarithmic, lower: 0.8))
        plot.add(.bars(bars), .primary)
        let times = summary.wallSeconds
        return figure(
            "Tick lateness", plot.svg,
            "How long after its due time each tick began; both axes logarithmic. Median "
                + "\(NumberText.duration(times.p50)), 99 % within "
                + "\(NumberText.duration(times.p99)), worst \(NumberText.duration(times.maximum)).")
    }

    /// Buckets of any widths as bars of equal width on a logarithmic axis that begins at 1 µs.
    static func rebinned(_ buckets: [LatencyBucket], binsPerDecade: Int) -> [PlotBar] {
        var counts: [Int: Int] = [:]
        for bucket in buckets where bucket.count > 0 {
            let middle = max(1e-6, (bucket.lower + bucket.upper) / 2)
            guard middle.isFinite else { continue }
            let bin = Int((log10(middle * 1e6) * Double(binsPerDecade) + 1e-9).rounded(.down))
            counts[bin, default: 0] += bucket.count
        }
        return counts.sorted { $0.key < $1.key }.map { bin, count in
            let from = 1e-6 * pow(10, Double(bin) / Double(binsPerDecade))
            let to = 1e-6 * pow(10, Double(bin + 1) / Double(binsPerDecade))
            let note = "\(NumberText.duration(from)) to \(NumberText.duration(to)): \(count) ticks"
            return PlotBar(from: from, to: to, height: Double(count), note: note)
        }
    }

    private var stages: String? {
        guard !report.stages.isEmpty else { return nil }
        return figure(
            "Stages", StageChart(stages: report.stages).svg,
            "Wall time of each stage, in the order they ran; "
                + "\(NumberText.duration(report.wallSeconds)) in all.", isWide: true)
    }
}
