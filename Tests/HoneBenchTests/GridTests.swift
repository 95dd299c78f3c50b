import Configuration
import Foundation
import Platform
import Report
import Testing

@testable import TestSupport
@testable import hone_bench

@Suite("Grids that are run")
struct GridTests {
    /// A project of its own with a grid of two arms and as many seeds as are given.
    private func project(seeds: String, arm: String = "critic.discount=0.95") throws -> OwnProject {
        let own = try OwnProject()
        try Files.makeDirectories(own.scratch.path("launch/grid"))
        try write(own, seeds: seeds, arm: arm)
        return own
    }

    private func write(_ own: OwnProject, seeds: String, arm: String) throws {
        let settings =
            TinySession.arguments.filter { $0 != "--set" }
            + ["session.evaluate_every_minutes=0.2", "session.curve_episodes=2"]
        let text = """
            schema: grid/1
            summary: a tiny grid
            launch: demo
            settings: [\(settings.joined(separator: ", "))]
            seeds: [\(seeds)]
            arms:
              plain: []
              other: [\(arm)]

            """
        try text.write(
            toFile: own.scratch.path("launch/grid/tiny.yaml"), atomically: true, encoding: .utf8)
    }

    private func bench(
        _ own: OwnProject, _ words: [String]
    ) throws -> (code: Int32, output: String, errors: String) {
        let child = try ChildProcess.spawn(
            executable: "/usr/bin/env",
            arguments: ["-C", own.scratch.folder, HoneProgram.benchPath, "grid"] + words,
            output: own.scratch.path("output"), errors: own.scratch.path("errors"))
        let code = try #require(child.wait(timeout: .seconds(120)))
        return (code, try own.scratch.text("output"), try own.scratch.text("errors"))
    }

    private func files(_ own: OwnProject) throws -> [String: Data] {
        let folder = own.scratch.path("launch/grid/tiny")
        var found: [String: Data] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
            found[name] = FileManager.default.contents(atPath: folder + "/" + name)
        }
        return found
    }

    @Test("It runs what has no result, skips what has, and refuses what is of other settings")
    func resumed() throws {
        let own = try project(seeds: "0")
        let first = try bench(own, ["tiny", "--at-once", "2"])
        try #require(first.code == 0, "\(first.errors)")
        #expect(first.errors.contains("2 of 2: "))
        let made = try files(own)
        #expect(made.keys.sorted() == ["other-0.json", "plain-0.json"])
        for (name, data) in made {
            let text = String(decoding: data, as: UTF8.self)
            #expect(data.count < 8192 && !text.contains(own.scratch.folder), "\(name)")
            #expect(text.contains("\"arm\": \"\(name.prefix(5))\""))
        }
        // The sessions' own directories are gone.
        #expect(!Files.exists(own.scratch.path("sessions/measure/grid/tiny/plain-0")))

        // One is lost: only that one is run, to the same figures but for times.
        try Files.remove(own.scratch.path("launch/grid/tiny/other-0.json"))
        let again = try bench(own, ["tiny"])
        #expect(
            again.code == 0 && again.errors.contains("1 of 1: other, seed 0"), "\(again.errors)")
        #expect(try files(own)["plain-0.json"] == made["plain-0.json"])
        func figures(_ data: Data?) throws -> SessionFigures {
            var figures = try RecordCoding.decoder.decode(
                GridResult.self, from: try #require(data)
            ).figures
            (figures.wallSeconds, figures.learnerSeconds) = (0, 0)
            return figures
        }
        #expect(try figures(files(own)["other-0.json"]) == figures(made["other-0.json"]))
        #expect(try figures(made["other-0.json"]).curve.count > 2)

        // Nothing is left to run: the table alone says the same.
        let table = try bench(own, ["tiny", "--table"])
        #expect(table.code == 0 && table.output == again.output, "\(table.errors)")
        #expect(table.output.contains("| other | 1 of 1 |"))

        // A changed arm is refused by name, and left out of the table.
        try write(own, seeds: "0", arm: "critic.discount=0.9")
        let stale = try bench(own, ["tiny"])
        #expect(stale.code != 0)
        #expect(stale.errors.contains("other-0.json: of other settings"), "\(stale.errors)")
        #expect(stale.errors.contains("Nothing has run"))
        let left = try bench(own, ["tiny", "--table"])
        #expect(left.output.contains("| other | 0 of 1 |"))
        #expect(left.output.contains("- other-0.json: of other settings"))
    }

    @Test(
        "A mistake in an arm's settings is told before anything runs, and a session that fails at the end"
    )
    func failures() throws {
        let own = try project(seeds: "0", arm: "critic.discont=0.9")
        let wrong = try bench(own, ["tiny"])
        #expect(wrong.code != 0 && wrong.errors.contains("did you mean"), "\(wrong.errors)")
        #expect(!Files.exists(own.scratch.path("sessions")))
        // An operator that never succeeds ends the demonstrations.
        try write(own, seeds: "0", arm: "task.max_episode_s=0.4")
        let failed = try bench(own, ["tiny"])
        #expect(failed.code != 0, "\(failed.output)")
        #expect(failed.errors.contains("Sessions did not come to their ends"), "\(failed.errors)")
        #expect(try files(own).keys.sorted() == ["plain-0.json"])
    }

    // MARK: The table

    private func figures(_ seed: UInt64, after: Int, curve: [CurvePoint] = []) -> SessionFigures {
        var report = SessionReport(
            task: "t", robot: "r", seed: seed, schedule: "lockstep", preset: "default",
            version: "v")
        report.successBefore = SuccessRate(successes: 40, episodes: 100)
        report.successAfter = SuccessRate(successes: after, episodes: 100)
        report.robotMinutes = 40
        (report.stops, report.ticks, report.ticksClipped, report.learnerSeconds) = (1, 100, 5, 80)
        return SessionFigures(of: report)
    }

    @Test(
        "The table has each arm's figures and its difference from the first over the seeds they share"
    )
    func table() throws {
        let own = try project(seeds: "0, 1, 2")
        let grid = try Grid.read("tiny", in: Project(root: own.scratch.folder))
        func result(_ arm: Int, _ figures: SessionFigures, commit: String) -> GridResult {
            GridResult(
                grid: "tiny", arm: grid.arms[arm].name, settings: grid.arms[arm].settings,
                settingsHash: grid.arms[arm].table.hash, hone: Version.text, commit: commit,
                kernels: "k", figures: figures)
        }
        let results = [
            result(0, figures(0, after: 80), commit: "a"),
            result(0, figures(1, after: 92), commit: "a"),
            result(1, figures(0, after: 90), commit: "a"),
            result(1, figures(1, after: 96), commit: "b"),
            result(1, figures(2, after: 70), commit: "b"),
        ]
        let text = GridTable(grid, (results, ["x.json: of Hone 0"])).text
        let rows = text.split(separator: "\n").filter { $0.hasPrefix("|") }
        #expect(rows.count == 4 && Set(rows.map { $0.split(separator: "|").count }).count == 1)
        #expect(
            rows[2] == "| plain | 2 of 3 | 86 % (81–90 %, 172 of 200) | 63.0 % | 80.0 % | 1 of 2 "
                + "| 40.0 | 2 | 5.0 % | 2.0 | – | – | – | – |")
        // 10 and 4 points: mean 7, s = 4.243, t₁ = 12.706.
        #expect(
            rows[3].hasSuffix(
                "| +7.0 (−31.1 to +45.1), 2 pairs | 0.5000 | +3.5 (−15.6 to +22.6), 2 pairs | 0.5000 |"
            ),
            "\(rows[3])")
        #expect(text.contains("Results are of several commits: a, b."))
        #expect(text.hasSuffix("- x.json: of Hone 0"))
    }
}
