import Foundation
import Testing

@testable import Report
@testable import TestSupport

@Suite("Report: JSON and metrics")
struct ReportJSONTests {
    private func members(_ value: JSONValue?) throws -> [String: JSONValue] {
        guard case .object(let members) = try #require(value) else {
            Issue.record("not an object: \(String(describing: value))")
            return [:]
        }
        return members
    }

    @Test("The keys of the design are there, spelled as it spells them")
    func designKeys() throws {
        let top = try members(ReportSample.report().jsonValue())
        let design = [
            "task", "seed", "schedule", "success_before", "success_after", "robot_minutes",
            "wall_seconds", "episodes_trained", "transitions", "critic_updates", "policy_updates",
            "swaps", "rollbacks", "stops", "ticks", "ticks_late", "stages",
        ]
        for key in design { #expect(top[key] != nil, "missing \(key)") }
        for key in ["success_before", "success_after"] {
            let rate = try members(top[key])
            #expect(rate.keys.sorted() == ["ci95", "episodes", "rate", "successes"])
            guard case .array(let interval) = rate["ci95"] else {
                Issue.record("ci95 is not an array")
                continue
            }
            #expect(interval.count == 2)
        }
        guard case .array(let stages) = top["stages"] else {
            Issue.record("stages is not an array")
            return
        }
        for stage in stages {
            #expect(try members(stage).keys.sorted() == ["name", "wall_seconds"])
        }
    }

    @Test("A session that was never evaluated says null, and keeps every key")
    func nullsForMissing() throws {
        let empty = SessionReport(
            task: "t", robot: "r", seed: 1, schedule: "lockstep", preset: "paper", version: "v")
        let top = try members(empty.jsonValue())
        #expect(top["success_before"] == .null)
        #expect(SessionReport.requiredKeys.allSatisfy { top[$0] != nil })
        #expect(try SessionReport(json: Data(empty.json().utf8)) == empty)
    }

    @Test(
        "Refused weights are counted by reason where there were any; elsewhere nobody speaks of them"
    )
    func refusals() throws {
        var report = ReportSample.report(seed: 1)
        let terminal = Terminal(isTerminal: false, columns: 80, environment: [:])
        #expect(try !report.json().contains("refus"))
        #expect(!report.summary(on: terminal).contains("refused"))
        report.refusals = ["not_finite": 1, "late": 2]
        #expect(
            try members(report.jsonValue())["refusals"] == .object(["not_finite": 1, "late": 2]))
        #expect(report.summary(on: terminal).contains("late 2, not finite 1"))
        #expect(ReportPage(report).html.contains("late 2, not finite 1"))
        #expect(try SessionReport(json: Data(report.json().utf8)) == report)
    }

    @Test("A report survives the way through its JSON", arguments: [0, 7, UInt64.max])
    func roundTrip(seed: UInt64) throws {
        var report = ReportSample.report(seed: seed)
        report.episodes[3].qStart = .infinity
        report.episodes[4].return = 0.1 + 0.2
        let json = try report.json()
        #expect(try SessionReport(json: Data(json.utf8)) == report)
        #expect(json.contains("\"seed\": \(seed)"))
    }

    @Test("Equal reports give equal bytes, and wall times alone do not change the fingerprint")
    func fingerprint() throws {
        let one = ReportSample.report(seed: 3)
        let slower = ReportSample.report(seed: 3, wallScale: 1.7)
        #expect(try one.json() == ReportSample.report(seed: 3).json())
        #expect(try one.json() != slower.json())
        #expect(try one.fingerprint() == slower.fingerprint())
        #expect(try one.fingerprint() != ReportSample.report(seed: 4).fingerprint())
        #expect(try !one.fingerprint().contains("wall_seconds"))
        var other = one
        other.successAfter = SuccessRate(successes: 95, episodes: 100)
        #expect(try one.fingerprint() != other.fingerprint())
    }

    @Test("Every cut of a report is refused with its path")
    func truncation() throws {
        let bytes = Array(
            try SessionReport(
                task: "t", robot: "r", seed: 1, schedule: "lockstep", preset: "p", version: "v"
            ).json().utf8)
        for length in 0..<(bytes.count - 2) {
            let error = #expect(throws: ReportError.self) {
                try SessionReport(json: Data(bytes[..<length]), path: "cut.json")
            }
            #expect(error?.description.contains("cut.json") == true)
        }
    }

    @Test("Values are written sorted, escaped, and with the shortest exact number")
    func writing() {
        let value: JSONValue = [
            "b": .array([1, 2.5, 1e300, true, nil]), "a": "q\"\\\n\u{1}é", "ä": .number(.nan),
            "Z": .number(40), "z": .unsigned(.max),
        ]
        #expect(
            value.line
                == #"{"Z":40,"a":"q\"\\\n\u0001é","b":[1,2.5,1e+300,true,null],"#
                + #""z":18446744073709551615,"ä":"NaN"}"#)
    }

    @Test("The laid-out form says the same as the single line")
    func prettyIsEqual() throws {
        let value = try ReportSample.report(seed: 5).jsonValue()
        let decoder = JSONDecoder()
        let pretty = try decoder.decode(JSONValue.self, from: Data(value.pretty.utf8))
        #expect(pretty == value)
        #expect(try decoder.decode(JSONValue.self, from: Data(value.line.utf8)) == value)
        #expect(!value.line.contains("\n"))
    }

    @Test("Metrics are one object a line, appended across openings")
    func metrics() throws {
        let path = FileManager.default.temporaryDirectory
            .appendingPathComponent("hone-metrics-\(UUID().uuidString).jsonl").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try MetricsWriter(path: path).append("episode", ["return": -31, "outcome": "success"])
        try MetricsWriter(path: path).append("update", ["loss": 0.5, "text": "two\nlines"])
        let text = try String(contentsOfFile: path, encoding: .utf8)
        #expect(
            text == """
                {"event":"episode","outcome":"success","return":-31}
                {"event":"update","loss":0.5,"text":"two\\nlines"}

                """)
    }

    @Test("A metrics file that cannot be opened is an error with its path")
    func metricsRefused() {
        let path = "/nonexistent-hone-folder/metrics.jsonl"
        let error = #expect(throws: ReportError.self) { try MetricsWriter(path: path) }
        #expect(error?.description.contains(path) == true)
    }

    @Test("A thinned series stays bounded, keeps its first element and an even stride")
    func thinning() {
        for capacity in 2...9 {
            for count in 0...200 {
                var series = SeriesThinner<Int>(capacity: capacity)
                for element in 0..<count { series.append(element) }
                #expect(series.elements.count <= capacity)
                #expect(series.elements == Array(stride(from: 0, to: count, by: series.stride)))
                #expect(count <= capacity || 2 * series.elements.count >= capacity)
            }
        }
    }
}
