import Embodiment
import Experience
import Foundation
import Glibc
import Platform
import Testing

@testable import Agent
@testable import Report
@testable import TestSupport

/// A lockstep robot that runs on its own and outlives the sessions that command it.
@Suite("A lockstep robot of somebody else's", .byTheWallClock)
struct ExternalRobotTests {
    private let project: OwnProject
    private let endpoint: String
    private let session: FinishedSession

    init() throws {
        project = try OwnProject()
        endpoint = "ipc://" + project.scratch.path("robot")
        session = FinishedSession(project.scratch.path("session"))
        try project.change("launch/demo.yaml", "simulation:", "bridge:")
        try project.change("launch/demo.yaml", "  variant: field", "  endpoint: \(endpoint)")
        try project.change("launch/demo.yaml", "  noise: 1", "  connect_s: 2")
    }

    private func robot() throws -> HoneProgram.Running {
        try HoneProgram.Running(["sim", "--endpoint", endpoint, "--lockstep"])
    }

    private func hone(_ arguments: [String]) throws -> HoneProgram.Running {
        try HoneProgram.Running(arguments, in: project.scratch.folder)
    }

    /// Arguments of a session that nobody waits for, or of one that ends.
    private func finetune(_ folder: String, episodes: Int) -> [String] {
        ["finetune", "demo", "--quiet", "--directory", folder] + TinySession.arguments
            + TinySession.sets([
                "session.checkpoint_episodes=1", "session.robot_minutes=600",
                "session.max_online_episodes=\(episodes)",
            ])
    }

    private func contents() throws -> [String: Data] {
        var found: [String: Data] = [:]
        let names = FileManager.default.enumerator(atPath: session.folder)
        while let name = names?.nextObject() as? String {
            let path = session.folder + "/" + name
            guard !Files.isDirectory(path) else { continue }
            found[name] = FileManager.default.contents(atPath: path)
        }
        return found
    }

    private func end(_ robot: HoneProgram.Running) throws {
        robot.interrupt()
        _ = try robot.finish(within: .seconds(20))
    }

    @Test("A session that was killed goes on, from wherever its robot was left, to the same bits")
    func leftAway() throws {
        let first = try robot()
        let running = try hone(finetune(session.folder, episodes: 3))
        try HoneProgram.wait(for: "a training episode") { session.episodesSoFar >= 1 }
        let verified = try HoneProgram.run(["episodes", "verify", session.folder])
        #expect(verified.code == 0, "\(verified.output)")
        #expect(verified.output.contains("it is being written: its session runs"))
        running.child.kill()
        _ = running.child.wait()
        let status = try HoneProgram.run(["status", session.folder])
        #expect(status.code == 69)
        #expect(status.errors.contains("its process was ended before it wrote a report"))
        #expect(status.errors.contains("hone finetune --resume \(session.folder)"))

        let resumed = try hone(["finetune", "--quiet", "--resume", session.folder]).finish()
        #expect(resumed.code == 0, "\(resumed.errors)")
        try end(first)

        let twin = FinishedSession(project.scratch.path("twin"))
        let second = try robot()
        let outcome = try hone(finetune(twin.folder, episodes: 3)).finish()
        #expect(outcome.code == 0, "\(outcome.errors)")
        try end(second)
        #expect(try session.log.episodes == twin.log.episodes)
        #expect(try session.weights == twin.weights)
    }

    @Test("A resume that does not get its robot going leaves everything as it was")
    func untouched() throws {
        let first = try robot()
        let running = try hone(finetune(session.folder, episodes: 10_000))
        try HoneProgram.wait(for: "a training episode") { session.episodesSoFar >= 1 }
        running.interrupt()
        #expect(try running.finish().code == 130)
        try end(first)
        let before = try contents()
        let report = try session.report
        #expect(report.episodesTrained >= 1)

        for _ in 0..<2 {
            let failed = try hone(["finetune", "--quiet", "--resume", session.folder]).finish()
            #expect(failed.code == 69, "\(failed.errors)")
            #expect(failed.errors.contains("resume with: hone finetune --resume"))
            let after = try contents()
            #expect(after.keys.sorted() == before.keys.sorted())
            for (name, bytes) in before { #expect(after[name] == bytes, "\(name)") }
        }
        let status = try HoneProgram.run(["status", session.folder, "--json"])
        #expect(status.code == 69 && status.output.contains("\"running\": false"))

        let second = try robot()
        let resumed = try hone(["finetune", "--quiet", "--resume", session.folder])
        try HoneProgram.wait(for: "another training episode") {
            session.episodesSoFar > report.episodesTrained
        }
        resumed.interrupt()
        #expect(try resumed.finish().code == 130)
        try end(second)
        #expect(try session.report.resumes?.count == 1)
        #expect(try session.report.episodesTrained > report.episodesTrained)
        // What the resume cut is no process that was ended.
        #expect(try RecordedSession(session.folder).episodes().issues == [])
        let cut = try HoneProgram.run(["episodes", "verify", session.folder])
        #expect(cut.code == 0 && !cut.output.contains(LogReport.leftOpenText), "\(cut.output)")
    }
}
