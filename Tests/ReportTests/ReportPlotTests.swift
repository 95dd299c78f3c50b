import Foundation
import Platform
import Testing

@testable import Report
@testable import TestSupport

@Suite("Report: intervals, ticks, numbers")
struct ReportPlotTests {
    /// The oracle is published.
    ///
    /// R. G. Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in
    /// Medicine 17, 1998, table I, method 3 (score, without continuity correction).
    @Test(
        "Wilson's interval gives the published values",
        arguments: [
            (81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611),
            (1, 29, 0.0061, 0.1718),
        ])
    func published(successes: Int, trials: Int, lower: Double, upper: Double) {
        let interval = BinomialInterval(successes: successes, trials: trials)
        #expect(abs(interval.lower - lower) < 5e-5)
        #expect(abs(interval.upper - upper) < 5e-5)
    }

    @Test("The bounds solve the score equation, are symmetric and hold the rate", arguments: 1...60)
    func equation(trials: Int) {
        for successes in 0...trials {
            let interval = BinomialInterval(successes: successes, trials: trials)
            let mirrored = BinomialInterval(successes: trials - successes, trials: trials)
            #expect(abs(interval.lower + mirrored.upper - 1) < 1e-12)
            let p = Double(successes) / Double(trials)
            #expect(interval.lower >= 0 && interval.lower <= p)
            #expect(interval.upper <= 1 && interval.upper >= p)
            for q in [interval.lower, interval.upper] {
                let z = BinomialInterval.z95
                #expect(abs((p - q) * (p - q) - z * z * q * (1 - q) / Double(trials)) < 1e-12)
            }
        }
    }

    @Test("No episodes: a rate of 0 and an interval that says nothing")
    func noEpisodes() {
        let rate = SuccessRate(successes: 0, episodes: 0)
        #expect(rate.rate == 0 && rate.ci95 == [0, 1] && rate.text == "no episodes")
    }

    private func scale(
        _ values: [Double], _ kind: PlotAxis.Scale = .linear, count: Int = 5
    ) -> PlotScale {
        PlotScale(
            PlotAxis(label: "", scale: kind), values: values, start: 0, end: 100, tickCount: count)
    }

    @Test("Linear ticks are 1, 2 or 5 times a power of ten, cover the data and are few")
    func linearTicks() {
        var random = ReportSample.Generator(state: 11)
        for draw in 0..<2000 {
            let size = pow(10, 12 * random.next() - 6)
            let low = size * (random.next() - 0.5)
            let high = low + size * (0.01 + random.next())
            let scale = scale([low, high])
            #expect(scale.lower <= low && scale.upper >= high * (1 - 1e-8), "draw \(draw)")
            #expect((2...12).contains(scale.ticks.count), "draw \(draw): \(scale.ticks)")
            let step = scale.ticks[1] - scale.ticks[0]
            let lead = step / pow(10, (log10(step) + 1e-6).rounded(.down))
            #expect([1, 2, 5].contains { abs(lead - $0) < 1e-3 }, "draw \(draw): step \(step)")
            let labels = scale.ticks.map { PlotTicks.label($0, on: scale, format: .number) }
            if size > 1e-3 { #expect(Set(labels).count == labels.count, "draw \(draw): \(labels)") }
        }
    }

    @Test("Ticks of well-known ranges read as expected")
    func knownTicks() {
        func labels(_ values: [Double], _ kind: PlotAxis.Scale = .linear) -> [String] {
            let scale = scale(values, kind)
            return scale.ticks.map { PlotTicks.label($0, on: scale, format: .number) }
        }
        #expect(labels([0, 100]) == ["0", "20", "40", "60", "80", "100"])
        #expect(labels([-60, -12]) == ["−60", "−50", "−40", "−30", "−20", "−10"])
        #expect(labels([0.12, 0.58]) == ["0.1", "0.2", "0.3", "0.4", "0.5", "0.6"])
        #expect(labels([0, 90_000]) == ["0", "20k", "40k", "60k", "80k", "100k"])
        #expect(labels([0.02, 30], .logarithmic) == ["0.01", "0.1", "1", "10", "100"])
        #expect(labels([1, 200_000], .logarithmic) == ["1", "100", "10k", "1M"])
        #expect(labels([3, 3]).count >= 2)
        #expect(labels([]).count >= 2 && labels([.nan], .logarithmic).count >= 2)
    }

    @Test("Positions run from end to end, and what lies outside stays at the edge")
    func positions() {
        let linear = scale([0, 10])
        #expect(linear.position(0) == 0 && linear.position(5) == 50 && linear.position(99) == 100)
        let logarithmic = scale([1, 100], .logarithmic)
        #expect(abs(logarithmic.position(10) - 50) < 1e-9)
        #expect(logarithmic.position(0) == 0 && logarithmic.position(-1) == 0)
    }

    @Test("A line breaks where a value is missing")
    func gaps() {
        var plot = SVGPlot(title: "t", x: PlotAxis(label: "x"), y: PlotAxis(label: "y"))
        let points = [(0, 1), (1, 2), (2, Double.nan), (3, 1), (4, 2)].map { PlotPoint($0.0, $0.1) }
        plot.add(.line(points, isDashed: false), .primary)
        let path = plot.svg.split(separator: "d=\"")[1].prefix { $0 != "\"" }
        #expect(path.count { $0 == "M" } == 2 && path.count { $0 == "L" } == 2)
    }

    /// Words and lines of an SVG by their class: where each begins and ends.
    private func elements(_ svg: String) -> (
        words: [(text: String, x: ClosedRange<Double>, y: Double)],
        guides: [(x: Double, y: ClosedRange<Double>)], grid: [Double]
    ) {
        func attribute(_ name: String, of element: Substring) -> Double {
            let value = element.split(separator: " \(name)=\"")[1].prefix { $0 != "\"" }
            return Double(value) ?? .nan
        }
        func elements(_ begin: String) -> [Substring] {
            svg.split(separator: "\n").filter { $0.hasPrefix(begin) }
        }
        let words = elements("<text class=\"mark\"").map { element in
            let text = String(element.split(separator: ">")[1].prefix { $0 != "<" })
            let x = attribute("x", of: element)
            return (text, x...(x + SVGText.width(of: text)), attribute("y", of: element))
        }
        let guides = elements("<line class=\"guide\"").map { element in
            let ends = [attribute("y1", of: element), attribute("y2", of: element)].sorted()
            return (attribute("x1", of: element), ends[0]...ends[1])
        }
        return (words, guides, elements("<line class=\"grid\"").map { attribute("y1", of: $0) })
    }

    @Test(
        "Words of boundaries are all there, above the plot, and touch neither one another nor a line",
        arguments: 0..<300 as Range<UInt64>)
    func boundaryWords(seed: UInt64) {
        var random = ReportSample.Generator(state: seed)
        let count = 1 + Int(random.next() * 6)
        let boundaries = (0..<count).map { index in
            // Some at once, some at the right edge.
            let x = (random.next() * 12).rounded(.down) * 90
            return (x: min(1000, x), label: String("online policy \(index)".prefix(8 + index * 2)))
        }
        var plot = SVGPlot(
            title: "t", x: PlotAxis(label: "x", lower: 0, upper: 1000), y: PlotAxis(label: "y"))
        plot.add(.boundaries(boundaries), .muted)
        let points = (0...10).map { PlotPoint(Double($0) * 100, Double($0)) }
        plot.add(.line(points, isDashed: false), .primary, name: "line")
        let (words, guides, grid) = elements(plot.svg)
        #expect(words.map(\.text).sorted() == boundaries.map(\.label).sorted(), "seed \(seed)")
        let top = grid.min() ?? 0
        for (index, word) in words.enumerated() {
            // The legend's words stand at 16.
            #expect(word.y < top && word.y - 9 > 17, "seed \(seed): \(word)")
            #expect(word.x.lowerBound >= 0 && word.x.upperBound <= plot.width, "seed \(seed)")
            for other in words[(index + 1)...] {
                let isApart = abs(word.y - other.y) >= 11 || !word.x.overlaps(other.x)
                #expect(isApart, "seed \(seed): \(word) and \(other)")
            }
            for guide in guides {
                // The line that leads to a word begins at it.
                let isCrossed =
                    guide.x > word.x.lowerBound + 0.2 && guide.x < word.x.upperBound
                    && guide.y.lowerBound < word.y
                #expect(!isCrossed, "seed \(seed): \(word) and \(guide)")
            }
        }
    }

    @Test(
        "A plot over updates marks the stages of its own network: others are counted for themselves"
    )
    func ownStages() throws {
        var report = ReportSample.report(seed: 1)
        let stages = ["imitation", "offline critic", "online policy", "online critic"]
        report.updates = (0..<80).map { index in
            let stage = stages[index < 20 ? 0 : index < 40 ? 1 : 2 + index % 2]
            var record = UpdateRecord(update: 50 * (index % 20 + 1), stage: stage)
            if stage.hasSuffix("critic") {
                (record.criticLoss, record.qMean) = (1 + Double(index), 1)
            } else {
                record.policyLoss = 1 + Double(index)
            }
            return record
        }
        let plots = ReportPlots(report)
        func words(_ figure: String?) throws -> [String] {
            elements(try #require(figure)).words.map(\.text)
        }
        #expect(try words(plots.criticLosses) == ["offline critic", "online critic"])
        #expect(try words(plots.qValues) == ["offline critic", "online critic"])
        #expect(try words(plots.policyLoss) == ["imitation", "online policy"])
    }

    @Test(
        "Numbers read well",
        arguments: [
            (NumberText.duration(85.4e-6), "85.4 µs"), (NumberText.duration(3.2e-3), "3.20 ms"),
            (NumberText.duration(12.5), "12.5 s"), (NumberText.duration(250), "4 min 10 s"),
            (NumberText.duration(7500), "2 h 5 min"), (NumberText.duration(.nan), "–"),
            (NumberText.clock(27.4), "0:27"), (NumberText.clock(3725), "1:02:05"),
            (NumberText.count(1_234_567), "1\u{202F}234\u{202F}567"),
            (NumberText.count(-12), "−12"),
            (NumberText.short(-0.012345), "−0.0123"), (NumberText.short(12345), "12345"),
            (NumberText.short(1.5e9), "1.5e9"), (NumberText.fixed(-0.001, decimals: 1), "0.0"),
            (NumberText.trimmed(10, decimals: 3), "10"),
            (NumberText.trimmed(2.5, decimals: 3), "2.5"),
            (NumberText.trimmed(-0.04, decimals: 1), "0"),
            (NumberText.trimmed(100.04, decimals: 2), "100.04"),
            (NumberText.wholePercent(0.999), ">99"), (NumberText.wholePercent(1), "100"),
            (NumberText.wholePercent(0.001), "<1"), (NumberText.wholePercent(0), "0"),
        ])
    func numbers(found: String, expected: String) {
        #expect(found == expected)
    }
}
