import Embodiment
import Experience
import Foundation
import Platform
import Testing

@testable import Datasets
@testable import Report
@testable import TestSupport

@Suite("hone episodes")
struct EpisodesCommandTests {
    private func episodes(_ arguments: [String]) throws -> HoneProgram.Outcome {
        try HoneProgram.run(["episodes"] + arguments)
    }

    private func json(_ arguments: [String]) throws -> [String: Any] {
        let outcome = try episodes(arguments + ["--json"])
        try #require(outcome.code == 0, "\(outcome.errors)")
        let value = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
        return try #require(value as? [String: Any])
    }

    /// What `show --json` prints, as far as it is looked at.
    private struct Shown: Decodable {
        struct Step: Decodable { var executed: [Double] }
        var axes: [String]
        var steps: [Step]
    }

    /// Robot time of the motions outside of episodes, the ways home between them, s.
    private static func secondsOfMotions(of session: FinishedSession) throws -> Double {
        var seconds = 0.0
        var began = MonotonicTime.zero
        try SessionLogReader(session: session.folder + "/log").records { record, time in
            guard case .event(let event) = record, event.name == "motion" else { return }
            if event.message.hasSuffix("begins") { began = time }
            if event.message.hasSuffix("ended") { seconds += time.seconds(since: began) }
        }
        return seconds
    }

    @Test("list, show and verify tell what a session recorded")
    func look() throws {
        let scratch = try Scratch()
        let session = try TinySession.record(in: scratch)
        let recorded = try session.log.episodes
        let list = try json(["list", session.folder])
        let lines = try #require(list["episodes"] as? [[String: Any]])
        #expect(lines.count == recorded.count)
        for (line, episode) in zip(lines, recorded) {
            #expect(line["episode"] as? Int == Int(episode.number))
            #expect(line["outcome"] as? String == episode.outcome.name)
            #expect(line["steps"] as? Int == episode.transitions.count)
            #expect(line["return"] as? Double == episode.sum)
            let (robot, steps) = (line["robot_seconds"] as? Double, line["step_seconds"] as? Double)
            #expect((steps ?? 0) > 0 && (robot ?? 0) > (steps ?? 0), "home and reset are no steps")
        }
        // The session's own count of robot time is the sum of its episodes', and the ways home between them.
        let seconds = lines.reduce(0.0) { $0 + ($1["robot_seconds"] as? Double ?? 0) }
        let home = try Self.secondsOfMotions(of: session)
        #expect(home > 0)
        #expect(abs((seconds + home) / 60 - (try session.report.robotMinutes)) < 1e-6)
        let table = try episodes(["list", session.folder]).output
        #expect(table.contains("demonstration") && table.contains("operator"))

        let first = try #require(recorded.first)
        let shown = try JSONDecoder().decode(
            Shown.self,
            from: Data(
                try episodes(["show", session.folder, "\(first.number)", "--json"]).output.utf8))
        #expect(shown.steps.map(\.executed) == first.transitions.map(\.executed.values))
        #expect(shown.axes.last == "gripper")
        let text = try episodes(["show", session.folder, "\(first.number)"]).output
        #expect(text.contains("gripper") && text.contains("object.dx"))

        #expect(try json(["verify", session.folder])["ok"] as? Bool == true)
        let none = try episodes(["show", session.folder, "99"])
        #expect(none.code == 64 && none.errors.contains("99"))
    }

    @Test(
        "What is no log is told so, and recovering it is not advised",
        arguments: ["text.mcap", "empty.mcap", "bytes", "log/session.mcap"])
    func noLog(name: String) throws {
        let scratch = try Scratch()
        let path = scratch.path(name)
        try Files.makeDirectories(String(path.prefix(upTo: try #require(path.lastIndex(of: "/")))))
        let bytes: [UInt8] =
            switch name {
            case "empty.mcap": []
            case "bytes": (0..<4096).map { UInt8(truncatingIfNeeded: $0 &* 131 &+ 7) }
            default: Array("one two three\n".utf8)
            }
        try Files.replace(path, with: bytes)
        for verb in ["list", "verify"] {
            for json in [[], ["--json"]] {
                let outcome = try episodes([verb, path] + json)
                #expect(outcome.code == 65, "\(verb): \(outcome.output)")
                #expect(outcome.errors.contains("is no log of Hone"), "\(outcome.errors)")
                #expect(!outcome.errors.contains("recover"), "\(outcome.errors)")
            }
        }
    }

    @Test("A log cut short fails verification, and is recovered beside itself")
    func recover() throws {
        let scratch = try Scratch()
        let session = try TinySession.record(in: scratch)
        let whole = try session.log.episodes
        let path = session.folder + "/log/session.mcap"
        let bytes = try Files.read(path, limit: 1 << 26)
        let cut = Array(bytes[..<(bytes.count * 2 / 3)])
        try Files.replace(path, with: cut)
        let verified = try episodes(["verify", session.folder])
        #expect(verified.code == 65 && verified.output.contains("cut short"))
        #expect(verified.errors.contains("hone episodes recover"))

        let recovered = try episodes(["recover", session.folder])
        #expect(recovered.code == 0, "\(recovered.errors)")
        #expect(try Files.read(path, limit: 1 << 26) == cut)
        let copy = session.folder + "/log/session.recovered.mcap"
        #expect(try episodes(["verify", copy]).code == 0)
        let (found, report) = try SessionLogReader(path: copy).episodes()
        #expect(report.isClosed && !found.isEmpty && found.count < whole.count + 1)
        // The last may have been cut off in the middle.
        let ended = found.prefix { $0.outcome != .aborted }
        #expect(Array(ended) == Array(whole.prefix(ended.count)))
        #expect(found.count <= ended.count + 1)
        let again = try episodes(["recover", session.folder])
        #expect(again.code == 0 && again.output.contains("has all of it already"))
        try Files.replace(copy, with: [1, 2, 3])
        let occupied = try episodes(["recover", session.folder])
        #expect(occupied.code == 73 && occupied.errors.contains("recovered"))
    }

    @Test("Labels count in what is trained on, can be taken back, and leave the log alone")
    func labels() throws {
        let scratch = try Scratch()
        let session = try TinySession.record(in: scratch)
        let path = session.folder + "/log/session.mcap"
        let bytes = try Files.read(path, limit: 1 << 26)
        let recorded = try session.log.episodes
        let successes = recorded.filter { $0.outcome == .success }
        for episode in successes {
            let outcome = try episodes(
                ["relabel", session.folder, "\(episode.number)", "failure", "--reason", "slipped"])
            #expect(outcome.code == 0 && outcome.output.contains("recorded as success"))
        }
        let pretrain = [
            "pretrain", "demo", "--quiet", "--data", session.folder, "--directory",
        ]
        let refused = try HoneProgram.run(
            pretrain + [scratch.path("a")] + TinySession.arguments)
        #expect(refused.code == 65 && refused.errors.contains("no successful demonstration"))
        for episode in successes {
            #expect(
                try episodes(["relabel", session.folder, "\(episode.number)", "--undo"]).code == 0)
        }
        let accepted = try HoneProgram.run(
            pretrain + [scratch.path("b")] + TinySession.arguments)
        #expect(accepted.code == 0, "\(accepted.errors)")

        let first = try #require(successes.first)
        let last = first.transitions.count - 1
        let bare = try episodes(
            ["trim", session.folder, "\(first.number)", "--last", "\(last - 1)"])
        #expect(bare.code == 64 && bare.errors.contains("--outcome"))
        let trimmed = try json([
            "trim", session.folder, "\(first.number)", "--first", "1", "--last", "\(last - 1)",
            "--outcome", "success",
        ])
        let now = try #require(trimmed["episode"] as? [String: Any])
        #expect(now["steps"] as? Int == last - 1)
        #expect(now["outcome"] as? String == "success")
        let beyond = try episodes(
            ["trim", session.folder, "\(first.number)", "--last", "\(last + 1)"])
        #expect(beyond.code == 64 && beyond.errors.contains("\(last + 1)"))
        #expect(try episodes(["trim", session.folder, "\(first.number)", "--undo"]).code == 0)
        #expect(
            try episodes(["relabel", session.folder, "\(first.number)", "--undo"]).code == 0)
        #expect(try SessionArchive(session.folder).episodes().episodes == recorded)
        #expect(try Files.read(path, limit: 1 << 26) == bytes)
    }

    @Test("Episodes of another robot are refused before anything trains")
    func otherRobot() throws {
        let scratch = try Scratch()
        let session = try TinySession.record(in: scratch)
        let outcome = try HoneProgram.run([
            "pretrain", "metaworld-push", "--quiet", "--data", session.folder, "--directory",
            scratch.path("session"),
        ])
        #expect(outcome.code == 65, "\(outcome.errors)")
        #expect(outcome.errors.contains("robot: sim-widowx there, sawyer-metaworld here"))
        #expect(outcome.errors.contains("axes: x, y, z"))
    }
}
