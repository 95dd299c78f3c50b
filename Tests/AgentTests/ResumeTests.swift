import Embodiment
import Experience
import Foundation
import Glibc
import Platform
import Testing

@testable import Agent
@testable import Report
@testable import TestSupport

/// Sessions that are killed, and go on.
///
/// `HONE_KILLS=1000` kills a thousand times, `HONE_KILL_SEED` chooses other moments.
@Suite("Resume")
struct ResumeTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let kills = Int(environment["HONE_KILLS"] ?? "") ?? 5
    private static let seed =
        UInt64(environment["HONE_KILL_SEED"] ?? "") ?? UInt64.random(in: 0..<1_000_000)

    /// SplitMix64: repeatable from its seed.
    private struct Moments {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
        mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }
    }

    /// What a number of kills came to.
    private struct Tally {
        var kills = 0
        var ofBridge = 0
        var sessions = 0
        var refused = 0
        var lost = 0
    }

    @Test("Killed at any moment, agent or robot, it goes on as if it had not been")
    func kills() throws {
        let scratch = try Scratch()
        var moments = Moments(state: Self.seed)
        var tally = Tally()
        let began = ContinuousClock.now
        let references = try (0..<UInt64(Self.kills > 20 ? 4 : 1)).map {
            try KilledSession.reference(seed: $0, in: scratch)
        }
        let seconds = (ContinuousClock.now - began) / .seconds(1) / Double(references.count)
        while tally.kills < Self.kills {
            let seed = UInt64(tally.sessions % references.count)
            let session = FinishedSession(scratch.path("killed-\(tally.sessions)"))
            try live(session, seed: seed, lasting: seconds, &moments, &tally)
            try KilledSession.expectEqual(
                session, references[Int(seed)],
                "seed \(Self.seed), session \(tally.sessions) of seed \(seed)")
            try? FileManager.default.removeItem(atPath: session.folder)
            tally.sessions += 1
        }
        print(
            "\(tally.kills) kills (\(tally.ofBridge) of the robot) in \(tally.sessions) sessions, "
                + "seed \(Self.seed): \(tally.refused) refused resumes, \(tally.lost) acknowledged "
                + "episodes lost")
        #expect(tally.refused == 0 && tally.lost == 0, "seed \(Self.seed)")
    }

    /// One session through all its kills to its end.
    private func live(
        _ session: FinishedSession, seed: UInt64, lasting seconds: Double,
        _ moments: inout Moments, _ tally: inout Tally
    ) throws {
        while (try? session.report.ended) != "completed" {
            let running = try HoneProgram.Running(KilledSession.resume(session, seed: seed))
            // Nobody waits longer than a session lasts; a quarter of that is a few stages.
            let delay = moments.unit() * seconds / 3
            let ofBridge = moments.unit() < 0.2
            if tally.kills >= Self.kills || running.child.wait(timeout: .seconds(delay)) != nil {
                let outcome = try running.finish()
                if outcome.code == 0 { return }
                // The robot's death ends a session in order; anything else does not.
                tally.refused += 1
                Issue.record("seed \(Self.seed): code \(outcome.code), \(outcome.errors)")
                return
            }
            tally.kills += 1
            let acknowledged = KilledSession.acknowledged(session)
            if ofBridge, let robot = running.childNow("sim") {
                kill(robot, SIGKILL)
                tally.ofBridge += 1
                let outcome = try running.finish()
                if outcome.code == 0 { return }
                #expect(outcome.code == 69, "seed \(Self.seed): \(outcome.errors)")
                #expect(outcome.errors.contains("resume with: hone demo --resume"))
            } else {
                running.child.kill()
                _ = running.child.wait()
            }
            if acknowledged > 0 {
                tally.lost += max(0, acknowledged - KilledSession.durable(session))
            }
        }
    }

    /// A session that Ctrl-C ended after its first training episode.
    private func interrupted(_ scratch: Scratch) throws -> (FinishedSession, HoneProgram.Outcome) {
        let session = FinishedSession(scratch.path("session"))
        let running = try HoneProgram.Running(
            KilledSession.begin(session, seed: 0)
                + TinySession.sets([
                    "session.checkpoint_episodes=1", "session.max_online_episodes=10000",
                    "session.robot_minutes=600",
                ]))
        try HoneProgram.wait(for: "a training episode") { session.episodesSoFar >= 1 }
        running.interrupt()
        return (session, try running.finish(within: .seconds(30)))
    }

    @Test("After Ctrl-C it says how to go on; what does not fit is refused before anything changes")
    func refusals() throws {
        let scratch = try Scratch()
        let (session, outcome) = try interrupted(scratch)
        #expect(outcome.code == 130)
        #expect(outcome.errors.contains("resume with: hone demo --resume \(session.folder)"))
        #expect(try session.report.ended == "stopped by the operator")
        let resume = ["demo", "--quiet", "--resume", session.folder]
        let before = try contents(of: session.folder)

        // Another decision than the recorded one.
        let checkpoints = session.folder + "/checkpoints"
        let good = try #require(try ResumePoint.newest(in: checkpoints))
        var bad = good
        // One axis differs in its last bit.
        try #require(good.manifest.probe != nil)
        bad.manifest.probe?.guided[0] ^= 1
        try bad.write(into: checkpoints)
        let wrong = try HoneProgram.run(resume)
        #expect(wrong.code == 65, "\(wrong.errors)")
        #expect(wrong.errors.contains("it would act differently"), "\(wrong.errors)")
        try undo(to: before, in: session.folder)

        // A log that lacks an episode.
        let log = session.folder + "/log/session.mcap"
        try Data(Files.read(log, limit: 1 << 28).prefix(5000))
            .write(to: URL(fileURLWithPath: log))
        let short = try HoneProgram.run(resume)
        #expect(short.code == 65, "\(short.errors)")
        #expect(short.errors.contains("nothing has moved"), "\(short.errors)")
        try undo(to: before, in: session.folder)
        #expect(try contents(of: session.folder) == before)

        // Somebody else runs it.
        let lock = try SessionLock(session.folder)
        let locked = try HoneProgram.run(resume)
        #expect(locked.code == 73 && locked.errors.contains("another hone"), "\(locked.errors)")
        withExtendedLifetime(lock) {}
        #expect(try contents(of: session.folder) == before)
    }

    private func contents(of folder: String) throws -> [String: Data] {
        var found: [String: Data] = [:]
        let names = FileManager.default.enumerator(atPath: folder)
        while let name = names?.nextObject() as? String {
            var isFolder: ObjCBool = false
            let path = folder + "/" + name
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder),
                !isFolder.boolValue
            else { continue }
            found[name] = FileManager.default.contents(atPath: path)
        }
        return found
    }

    private func undo(to before: [String: Data], in folder: String) throws {
        for name in try contents(of: folder).keys where before[name] == nil {
            try Files.remove(folder + "/" + name)
        }
        for (name, data) in before {
            try FileManager.default.createDirectory(
                atPath: ((folder + "/" + name) as NSString).deletingLastPathComponent,
                withIntermediateDirectories: true)
            try data.write(to: URL(fileURLWithPath: folder + "/" + name))
        }
    }

    @Test(
        "A directory without a session, or with one of another command, is refused with a sentence")
    func notResumable() throws {
        let scratch = try Scratch()
        let none = try HoneProgram.run(["finetune", "--resume", scratch.folder])
        #expect(none.code == 66 && none.errors.contains("no session.json"), "\(none.errors)")
        let both = try HoneProgram.run(["finetune", "demo", "--resume", scratch.folder])
        #expect(both.code == 64, "\(both.errors)")
        let neither = try HoneProgram.run(["finetune"])
        #expect(neither.code == 64 && neither.errors.contains("--resume"), "\(neither.errors)")
        let data = scratch.path("data")
        let recorded = try HoneProgram.run(
            ["record", "demo", "--quiet", "--directory", data] + TinySession.arguments)
        try #require(recorded.code == 0, "\(recorded.errors)")
        let other = try HoneProgram.run(["finetune", "--resume", data])
        #expect(other.code == 65 && other.errors.contains("hone record"), "\(other.errors)")
    }

    /// Begins a session whose log's first part cannot grow beyond half of what it would be.
    ///
    /// - Parameter obstacle: a directory that is made in the log once that has begun; nil for none.
    private func beginOnFullDisk(
        _ session: FinishedSession, like reference: FinishedSession, in scratch: Scratch,
        obstacle: String? = nil
    ) throws -> Int32 {
        // A file may not grow beyond so many blocks of 1 KiB: to the program, a disk that is full.
        let whole = try Files.list(reference.folder + "/log").first { $0.name == "session.mcap" }
        let blocks = try #require(whole).byteCount / 2048
        let words = KilledSession.begin(session, seed: 0).map { "'\($0)'" }
        let log = session.folder + "/log"
        let wait =
            obstacle.map {
                "( (until [ -e '\(log)/session.mcap' ]; do sleep 0.01; done; mkdir '\(log)/\($0)') & ); "
            } ?? ""
        let script =
            wait + "trap '' XFSZ; ulimit -f \(blocks); exec '\(HoneProgram.path)' "
            + words.joined(separator: " ")
        return try ChildProcess.spawn(
            executable: "/bin/bash", arguments: ["-c", "cd '\(HoneProgram.root)' && " + script],
            output: scratch.path("output"), errors: scratch.path("errors")
        ).wait()
    }

    @Test("A log that cannot be written any more goes on in another part, and nothing else changes")
    func nextPart() throws {
        let scratch = try Scratch()
        let reference = try KilledSession.reference(seed: 0, in: scratch)
        let session = FinishedSession(scratch.path("full"))
        #expect(try beginOnFullDisk(session, like: reference, in: scratch) == 0)
        let (episodes, log) = try session.log
        #expect(try episodes == reference.log.episodes && log.isClean, "\(log.issues)")
        #expect(try session.weights == reference.weights)
        let events = try session.report.events.map(\.cause)
        #expect(
            !events.isEmpty && events.allSatisfy { $0.contains("nothing is lost") }, "\(events)")
    }

    @Test("A disk that fails ends the session in order; with a better one it goes on to its end")
    func failedDisk() throws {
        let scratch = try Scratch()
        let reference = try KilledSession.reference(seed: 0, in: scratch)
        let session = FinishedSession(scratch.path("full"))
        // Nor can there be another part.
        let obstacle = "session-0002.mcap"
        #expect(
            try beginOnFullDisk(session, like: reference, in: scratch, obstacle: obstacle) == 74)
        try FileManager.default.removeItem(atPath: session.folder + "/log/" + obstacle)
        let errors = try scratch.text("errors")
        #expect(errors.contains("session log") && errors.contains("resume with:"), "\(errors)")
        expectLeftAtRest(
            try session.robotsLastWord(
                FileManager.default.fileExists(atPath: session.folder + "/log/bridge.txt")
                    ? "bridge" : "bridge-lab"))
        #expect(try session.report.ended.contains("session log"))
        let outcome = try HoneProgram.run(KilledSession.resume(session, seed: 0))
        #expect(outcome.code == 0, "\(outcome.errors)")
        try KilledSession.expectEqual(session, reference, "after a full disk")
        let resumes = try #require(try session.report.resumes)
        #expect(resumes.count == 1 && resumes[0].cause.contains("session log"))
        let again = try HoneProgram.run(KilledSession.resume(session, seed: 0))
        #expect(again.code == 65 && again.errors.contains("ran to its end"), "\(again.errors)")
    }
}
