import Foundation
import Testing

@testable import Report
@testable import TestSupport

@Suite("Success over robot minutes")
struct SuccessCurveTests {
    private static func curve(_ points: [(Double, Int, Int)]) -> [CurvePoint] {
        points.map { CurvePoint(robotMinutes: $0.0, successes: $0.1, episodes: $0.2) }
    }

    @Test("Minutes to a rate are those of the first evaluation that reaches it")
    func minutes() {
        let curve = SuccessCurve(
            Self.curve([(0, 20, 50), (10, 25, 50), (20, 45, 50), (30, 30, 50), (40, 46, 50)]))
        #expect(curve.minutes(to: 0.5) == 10 && curve.minutes(to: 0.75) == 20)
        #expect(curve.minutes(to: 0.9) == 20 && curve.minutes(to: 0.95) == nil)
        #expect(
            curve.marksText == "50 % at 10 min, 75 % at 20 min, 90 % at 20 min")
        #expect(SuccessCurve([]).minutes(to: 0.5) == nil)
        let low = SuccessCurve(Self.curve([(0, 1, 2)]))
        #expect(low.marksText == "50 % at 0 min, 75 % not reached, 90 % not reached")
    }

    @Test("The area is that of trapezoids, over the time between first and last")
    func area() throws {
        // By hand: (0.4 + 0.6) / 2 · 10 + (0.6 + 0.8) / 2 · 30 = 26, of 40.
        let curve = SuccessCurve(Self.curve([(40, 8, 10), (0, 4, 10), (10, 6, 10), (5, 0, 0)]))
        #expect(abs(try #require(curve.area) - 26.0 / 40) < 1e-12)
        #expect(SuccessCurve(Self.curve([(3, 1, 2)])).area == nil)
    }

    @Test("A session that did not evaluate on the way has its two ends")
    func ends() throws {
        var report = ReportSample.report()
        #expect(
            SuccessCurve(of: report).points
                == Self.curve([(0, 47, 100), (report.robotMinutes, 96, 100)]))
        report.successAfter = nil
        #expect(SuccessCurve(of: report).points.count == 1)
        report.curve = Self.curve([(0, 47, 100), (10, 40, 50)])
        #expect(SuccessCurve(of: report).points == report.curve)
        #expect(try SessionReport(json: Data(report.json().utf8)) == report)
    }

    @Test("Page and terminal say it where it was evaluated on the way, and nothing elsewhere")
    func shown() throws {
        var report = ReportSample.report()
        let terminal = Terminal(isTerminal: false, columns: 80, environment: [:])
        #expect(!report.summary(on: terminal).contains("reached"))
        #expect(!ReportPage(report).html.contains("Success over robot time"))
        report.curve = Self.curve([(0, 47, 100), (10, 40, 50), (38.4, 96, 100)])
        let text = "50 % at 10 min, 75 % at 10 min, 90 % at 38.4 min"
        #expect(report.summary(on: terminal).contains(text))
        let html = ReportPage(report).html
        #expect(html.contains("Success over robot time") && html.contains(text))
        #expect(html.contains("10 min: 80 % (67–89 %, 40 of 50)"))
    }
}
