import Foundation
import Testing

@testable import Configuration

@Suite("Grids of sessions")
struct GridFileTests {
    private let scratch: ScratchProject

    init() throws { scratch = try ScratchProject() }

    private func write(_ text: String) throws -> String {
        let folder = scratch.project.root + "/launch/grid"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        try text.write(toFile: folder + "/g.yaml", atomically: true, encoding: .utf8)
        return folder + "/g.yaml"
    }

    private func complaint(_ text: String) throws -> String {
        _ = try write(text)
        do throws(ConfigurationErrors) {
            _ = try Grid.read("g", in: scratch.project)
            return ""
        } catch { return error.description }
    }

    private static let head = "schema: grid/1\nsummary: s\nlaunch: demo\n"

    @Test("Arms have the settings of all and their own, in that order, and the first is the first")
    func read() throws {
        let path = try write(
            Self.head + """
                settings: [session.evaluation_episodes=7]
                seeds: [0, 18446744073709551615]
                arms:
                  plain: []
                  b: [critic.discount=0.5, session.evaluation_episodes=9]

                """)
        let grid = try Grid.read("g", in: scratch.project)
        #expect(grid.name == "g" && grid.summary == "s" && grid.launch == "demo")
        #expect(grid.isEmbedded && grid.seeds == [0, .max] && grid.results == "launch/grid/g")
        #expect(grid.arms.map(\.name) == ["plain", "b"])
        #expect(
            grid.arms[1].settings == [
                "session.evaluation_episodes=7", "critic.discount=0.5",
                "session.evaluation_episodes=9",
            ])
        #expect(grid.arms[1].table.values["session.evaluation_episodes"] == "9")
        #expect(grid.arms[0].table.hash != grid.arms[1].table.hash)
        #expect(ConfigurationChecker.check([path]).allSatisfy { $0.errors.isEmpty })
    }

    @Test(
        "Every mistake is told where it stands, before anything runs",
        arguments: [
            ("seeds: [0]\narms: {a: [critic.discont=0.5]}", "g.yaml:5:12: error: unknown key"),
            ("seeds: [0]\narms: {a: [critic.discount=7]}", "g.yaml:5:12: error: critic.discount"),
            ("seeds: [0]\narms: {a: [seed=3]}", "seeds stand under seeds"),
            ("seeds: [0]\narms: {a: [], b: []}", "arm b comes to the same settings as a"),
            ("seeds: [0]\narms: {a: [schedule=realtime]}", "arm a is in real time"),
            ("seeds: [0, 0]\narms: {a: []}", "seed 0 is here twice"),
            ("seeds: [-1]\narms: {a: []}", "expected whole numbers"),
            ("seeds: [0]\narms: {}", "there is none"),
            ("seeds: [0]\narms: {'a/b': []}", "is no name"),
            ("seeds: [0]", "missing key \"arms\""),
            ("seeds: [0]\narms: {a: []}\nsetting: []", "did you mean \"settings\"?"),
        ])
    func mistakes(rest: String, words: String) throws {
        let found = try complaint(Self.head + rest + "\n")
        #expect(found.contains(words), "\(found)")
    }

    @Test("A launch that does not exist, and a mistake in what all arms set, are told once")
    func base() throws {
        let arms = "seeds: [0]\narms: {a: [], b: [critic.discount=0.5]}\n"
        let missing = try complaint(
            "schema: grid/1\nsummary: s\nlaunch: nothing\n" + arms)
        #expect(missing.contains("no launch \"nothing\""))
        let common = try complaint(Self.head + "settings: [session.demonstrations=-3]\n" + arms)
        #expect(common.components(separatedBy: "error:").count == 2, "\(common)")
        #expect(common.contains("g.yaml:4:12"), "\(common)")
    }
}
