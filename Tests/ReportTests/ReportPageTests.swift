import Embodiment
import Foundation
import FoundationXML
import Platform
import Testing

@testable import Report
@testable import TestSupport

@Suite("Report: page")
struct ReportPageTests {
    /// Counts elements and keeps text; the parser itself checks that tags balance.
    private final class Outline: NSObject, XMLParserDelegate {
        var elements: [String: Int] = [:]
        var identifiers: [String] = []
        var references: [String] = []
        var text = ""

        func parser(
            _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
            qualifiedName: String?, attributes: [String: String]
        ) {
            elements[name, default: 0] += 1
            if let id = attributes["id"] { identifiers.append(id) }
            for key in ["src", "href", "xlink:href"] {
                if let target = attributes[key] { references.append(target) }
            }
        }

        func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }
    }

    private func outline(_ report: SessionReport) throws -> Outline {
        let parser = XMLParser(data: Data(ReportPage(report).html.utf8))
        let outline = Outline()
        parser.delegate = outline
        #expect(
            parser.parse(), "line \(parser.lineNumber): \(String(describing: parser.parserError))")
        return outline
    }

    private let empty = SessionReport(
        task: "t", robot: "r", seed: 1, schedule: "lockstep", preset: "paper", version: "v")

    @Test("The page is well formed, complete and needs nothing else", arguments: [0, 1, 2])
    func complete(seed: UInt64) throws {
        let page = try outline(ReportSample.report(seed: seed))
        for id in ["success", "headline", "plots", "evaluations", "facts", "events", "guide"] {
            #expect(page.identifiers.contains(id), "missing \(id)")
        }
        #expect(page.elements["figure"] == 8)
        #expect(page.elements["svg"] == 9)
        #expect(page.elements["script"] == nil && page.elements["link"] == nil)
        #expect(page.references.isEmpty)
        for text in [
            "Success over episodes", "Returns", "Q against what happened", "Critic loss",
            "Policy loss", "Q over updates", "Tick lateness", "Stages", "sample 41 ms old",
            "47 % (38–57 %, 47 of 100)", "How to read this", "RT1: priority granted",
            "13, 1 with disk access",
        ] {
            #expect(page.text.contains(text), "missing \(text)")
        }
    }

    @Test("A session in which nothing happened still has a page")
    func nothing() throws {
        let page = try outline(empty)
        #expect(page.elements["figure"] == nil)
        #expect(page.text.contains("not evaluated"))
        #expect(page.text.contains("None: the robot was never stopped"))
        #expect(!page.text.contains("did not run to its end"))
    }

    @Test("One episode, one update, one stage of no length: no plot divides by zero")
    func degenerate() throws {
        var report = empty
        report.episodes = [
            EpisodeRecord(
                episode: 1, outcome: .failure, return: -5, length: 5, policyVersion: 1, qStart: -5,
                monteCarloReturn: -5)
        ]
        report.updates = [0, 1].map {
            UpdateRecord(update: $0, stage: "offline", criticLoss: 1, qMean: 2, qMinimum: 2)
        }
        report.stages = [StageRecord(name: "offline", wallSeconds: 0)]
        report.ended = "stopped by the operator"
        let page = try outline(report)
        #expect(page.elements["figure"] == 6)
        #expect(page.text.contains("stopped by the operator"))
        let html = ReportPage(report).html
        #expect(!html.contains("nan") && !html.contains("inf\""))
    }

    @Test("Numbers that are not finite leave gaps, never coordinates")
    func notFinite() throws {
        var report = ReportSample.report(seed: 2)
        for value in [Double.nan, .infinity, -.infinity] {
            for index in stride(from: 0, to: 160, by: 7) {
                report.episodes[index].return = value
                report.episodes[index].qStart = value
                report.updates[index + 300].criticLoss = value
                report.updates[index + 300].qMean = value
                report.updates[index + 300].qMaximum = value
            }
            let page = try outline(report)
            #expect(page.elements["figure"] == 8)
            #expect(!ReportPage(report).html.contains("\"nan"))
        }
    }

    @Test("Text from outside is escaped wherever it appears")
    func escaping() throws {
        var report = ReportSample.report()
        let nasty = "<b>&\"'\u{1}</b>"
        report.task = nasty
        report.robot = nasty
        report.ended = nasty
        report.stages[0].name = nasty
        report.evaluations[0].name = nasty
        report.updates[0].stage = nasty
        report.events[0].cause = nasty
        let page = try outline(report)
        #expect(page.elements["b"] == 4, "only the four headline figures")
        #expect(page.text.contains("<b>&\"'\u{FFFD}</b>"))
    }

    @Test("Of very many events the first are listed and the rest counted")
    func manyEvents() throws {
        var report = empty
        report.events = (0..<250).map {
            EventRecord(kind: .hold, robotSeconds: Double($0), cause: "cause \($0)")
        }
        let page = try outline(report)
        #expect(page.text.contains("and 150 more"))
        #expect(page.text.contains("cause 99") && !page.text.contains("cause 100"))
    }

    @Test("The running rate counts a window and begins with what there is")
    func runningRate() {
        let outcomes: [EpisodeOutcome] = [.success, .failure, .success, .success, .failure]
        let episodes = outcomes.map {
            EpisodeRecord(episode: 1, outcome: $0, return: 0, length: 1, policyVersion: 1)
        }
        let rates: [Double] = ReportPlots.runningRate(episodes, window: 3).map(\.rate)
        let expected: [Double] = [1, 0.5, 2.0 / 3, 2.0 / 3, 2.0 / 3]
        #expect(rates == expected)
    }

    @Test("A histogram becomes a short summary that loses nothing", arguments: [1, 2, 3])
    func histogram(seed: UInt64) throws {
        var random = ReportSample.Generator(state: seed)
        var histogram = LatencyHistogram()
        #expect(LatencySummary(histogram) == nil)
        for _ in 0..<20_000 {
            histogram.record(nanoseconds: UInt64(exp(4 + 12 * random.next())))
        }
        let summary = try #require(LatencySummary(histogram))
        let buckets = summary.wallSeconds.buckets
        #expect(summary.count == 20_000)
        #expect(buckets.map(\.count).reduce(0, +) == 20_000)
        #expect(buckets.count < 80)
        for (left, right) in zip(buckets, buckets.dropFirst()) { #expect(left.upper < right.lower) }
        let times = summary.wallSeconds
        let ladder = [times.p50, times.p90, times.p99, times.p999, times.maximum]
        #expect(ladder == ladder.sorted())
        #expect(times.maximum == Double(histogram.maximum) / 1e9)
    }

    @Test("Rebinning a histogram loses no tick")
    func rebinning() {
        let buckets = (0..<300).map { index in
            let lower = Double(index * index) * 1e-8
            return LatencyBucket(lower: lower, upper: lower * 1.2 + 1e-9, count: index % 5)
        }
        let bars = ReportPlots.rebinned(buckets, binsPerDecade: 5)
        let drawn = bars.map(\.height).reduce(0, +)
        let counted = buckets.map(\.count).reduce(0, +)
        #expect(Int(drawn) == counted)
        for (left, right) in zip(bars, bars.dropFirst()) { #expect(left.to <= right.from * 1.0001) }
    }
}
