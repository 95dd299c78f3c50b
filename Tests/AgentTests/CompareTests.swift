import Configuration
import Embodiment
import Foundation
import FoundationXML
import Platform
import Report
import Testing

@testable import Agent
@testable import TestSupport

/// `hone compare` on directories that hold a record and a report.
@Suite("Comparing sessions")
struct CompareTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    /// A session that never was, with settings and figures as they are given.
    ///
    /// - Parameters:
    ///   - after: successes of 50 episodes; nil for a session without a report.
    @discardableResult
    private func make(
        _ name: String, seed: UInt64, _ settings: [String] = [], launch: String = "demo",
        after: Int?, ended: String = "completed", curve: [CurvePoint]? = nil
    ) throws -> String {
        let project = Project(root: HoneProgram.root)
        let read = try LaunchFile.read(
            launch, in: project, overrides: settings + ["seed=\(seed)"])
        let folder = scratch.path(name)
        try Files.makeDirectories(folder)
        var request = SessionRequest(
            launch: launch, overrides: settings, directory: folder, json: false, quiet: true)
        request.command = .demo
        try SessionRecord(request: request, launch: read, project: project)
            .write(to: URL(fileURLWithPath: folder + "/session.json"))
        guard let after else { return folder }
        var report = SessionReport(
            task: read.task.name, robot: read.robot.name, seed: seed, schedule: "lockstep",
            preset: "default", version: "v")
        report.successBefore = SuccessRate(successes: 20, episodes: 50)
        report.successAfter = SuccessRate(successes: after, episodes: 50)
        report.robotMinutes = 40
        report.curve = curve
        (report.stops, report.ticks, report.ticksClipped) = (2, 1000, 50)
        report.learnerSeconds = 60
        report.ended = ended
        try report.write(into: folder)
        return folder
    }

    private func outline(_ html: String) -> Bool { XMLParser(data: Data(html.utf8)).parse() }

    @Test("Same settings and other seeds are one arm; arms are paired by seed")
    func arms() throws {
        let settings = ["critic.discount=0.95"]
        let paths = [
            try make("a0", seed: 0, after: 30), try make("a1", seed: 1, after: 35),
            try make("a2", seed: 2, after: 40),
            // Written otherwise, and what makes no difference: the same arm.
            try make("a3", seed: 3, ["session.workers=1", "critic.discount=9.9e-1"], after: 20),
            try make("b0", seed: 0, settings, after: 40),
            try make("b2", seed: 2, settings, after: 45),
            try make("b9", seed: 9, settings, after: 50),
        ]
        let comparison = try SessionComparison(paths)
        #expect(comparison.problems == [])
        #expect(
            comparison.arms.map { $0.sessions.map(\.name) } == [
                ["a0", "a1", "a2", "a3"], ["b0", "b2", "b9"],
            ])
        #expect(comparison.arms[1].differences.map(\.description) == ["critic.discount=0.95"])
        #expect(comparison.arms[0].figures.success == SuccessRate(successes: 125, episodes: 200))
        #expect(comparison.arms[0].figures.worst == 0.4)
        let rows = comparison.pairRows
        // +0.2 and +0.1: mean 15 points, s = 0.0707, t₁ = 12.706.
        #expect(rows[0] == ["2", "success at the end", "2", "+15.0 (−48.5 to +78.5)", "0.5000"])
        // 0.4 → 0.6 and 0.8, and so on: half as far.
        #expect(rows[1].prefix(4) == ["2", "area under the curve", "2", "+7.5 (−24.3 to +39.3)"])
        let text = comparison.text(on: Terminal(isTerminal: false, columns: 80, environment: [:]))
        #expect(text.contains("critic.discount: 0.95 instead of 0.99"))
        #expect(text.contains("60 % (46–72 %, 30 of 50)") && !text.contains("Not compared"))
        // 60 s in 40 min; 50 of 1000 ticks.
        #expect(text.contains("1.5") && text.contains("5.0 %"))
    }

    @Test("What cannot be compared is named and left out, whatever the reason")
    func problems() throws {
        let running = try make("running", seed: 4, after: nil)
        let old = try make("old", seed: 3, after: 30)
        let paths = [
            running, try make("good", seed: 0, after: 30),
            try make("broken", seed: 1, after: 30, ended: "stopped by the operator"),
            try make("twice", seed: 0, after: 31),
            try make("mobile", seed: 0, launch: "drive-and-reach", after: 31),
        ]
        let url = URL(fileURLWithPath: old + "/session.json")
        var record = try SessionRecord(reading: url)
        record.overrides.append("critic.unknown=1")
        try record.write(to: url)
        let comparison = try SessionComparison(paths + [old])
        #expect(comparison.arms.map { $0.sessions.map(\.name) } == [["good"]])
        let problems = comparison.problems
        try #require(problems.count == 5, "\(problems)")
        #expect(problems[4].contains("does not read its launch: unknown key \"unknown\""))
        #expect(problems[0].hasPrefix("running: it has no report"))
        #expect(problems[0].hasSuffix("hone demo --resume \(running)"))
        #expect(problems[1].hasPrefix("broken: it did not run to its end: stopped by the operator"))
        #expect(problems[2].contains("the settings and the seed of good"))
        #expect(problems[3].hasPrefix("mobile: it is of the task"))
        let outcome = try HoneProgram.run(["compare"] + paths)
        #expect(outcome.code == 0, "\(outcome.errors)")
        for problem in problems.prefix(4) { #expect(outcome.output.contains(problem)) }
        let none = try HoneProgram.run(["compare", running])
        #expect(none.code == 65 && none.errors.contains("None of the sessions"), "\(none.errors)")
        let nothing = try HoneProgram.run(["compare", scratch.path("nothing")])
        #expect(nothing.code == 66, "\(nothing.errors)")
    }

    @Test("What differs beside settings is noted; of two folders of one name each has its path")
    func notes() throws {
        let (one, other) = (
            try make("x/s", seed: 0, after: 30), try make("y/s", seed: 1, after: 30)
        )
        #expect(try SessionComparison([one, other]).notes == [])
        let url = URL(fileURLWithPath: other + "/session.json")
        var record = try SessionRecord(reading: url)
        (record.kernels, record.hone) = ("others", "0.0.9")
        try record.write(to: url)
        let comparison = try SessionComparison([one, other])
        #expect(comparison.sessions.map(\.name) == [one, other])
        try #require(comparison.notes.count == 2, "\(comparison.notes)")
        #expect(
            comparison.notes[0] == "They are of several versions of Hone: 0.0.9, \(Version.text)")
        #expect(comparison.notes[1].contains("others"))
        #expect(SessionComparisonPage(comparison: comparison).html.contains("0.0.9"))
    }

    @Test("A robot whose limits differ is another robot")
    func otherRobot() throws {
        let own = try SessionComparison([try make("a", seed: 0, after: 30)]).sessions[0]
        let path = try make("b", seed: 1, after: 30)
        let url = URL(fileURLWithPath: path + "/session.json")
        var record = try SessionRecord(reading: url)
        record.compatibility?.robot = "another"
        try record.write(to: url)
        let other = try SessionComparison([path]).sessions[0]
        #expect(own.refusal(beside: own) == nil)
        #expect(
            other.refusal(beside: own)
                == "it is of another robot: robot: sim-widowx in a, another in b")
    }

    @Test("JSON and page say the same, and the page is well formed")
    func outputs() throws {
        let curve = [
            CurvePoint(robotMinutes: 0, successes: 20, episodes: 50),
            CurvePoint(robotMinutes: 20, successes: 40, episodes: 50),
            CurvePoint(robotMinutes: 40, successes: 45, episodes: 50),
        ]
        let paths = [
            try make("a&0", seed: 0, after: 45, curve: curve),
            try make("b0", seed: 0, ["critic.discount=0.95"], after: 40),
            try make("c0", seed: 7, after: nil),
        ]
        let outcome = try HoneProgram.run(
            ["compare", "--json", "--page", scratch.path("page.html")] + paths)
        try #require(outcome.code == 0, "\(outcome.errors)")
        let json = try JSONDecoder().decode(JSONValue.self, from: Data(outcome.output.utf8))
        guard case .object(let top) = json, case .array(let sessions)? = top["sessions"],
            case .object(let first) = sessions[0], case .array(let arms)? = top["arms"],
            case .array(let pairs)? = top["differences"], case .object(let pair) = pairs[0]
        else {
            Issue.record("\(outcome.output)")
            return
        }
        #expect(first["session"] == "a&0" && first["area"] == 0.725)
        #expect(
            first["minutes_to"]
                == .array([
                    ["success": 0.5, "robot_minutes": 20], ["success": 0.75, "robot_minutes": 20],
                    ["success": 0.9, "robot_minutes": 40],
                ]))
        #expect(arms.count == 2 && pair["pairs"] == 1)
        #expect(pair["ci95"] == .null && pair["sign_flip_p"] == 1)
        #expect(top["not_compared"] != .array([]))
        let page = try scratch.text("page.html")
        #expect(outline(page))
        for text in [
            "a&amp;0", "critic.discount", "Success over robot time", "Difference from arm 1",
            "Not compared: c0", "How to read this", "90 % (79–96 %, 45 of 50)",
        ] {
            #expect(page.contains(text), "\(text)")
        }
    }
}
