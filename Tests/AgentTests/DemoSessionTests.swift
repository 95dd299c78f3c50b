import Embodiment
import Experience
import Foundation
import Testing

@testable import Agent
@testable import Report
@testable import TestSupport

@Suite("A demo session")
struct DemoSessionTests {
    @Test("The same seed gives the same report, with one learner thread or two", arguments: [1, 2])
    func reproducible(workers: Int) throws {
        let scratch = try Scratch()
        let first = try SharedDemo.session()
        let outcome = try HoneProgram.run(
            ["demo", "--seed", "5", "--directory", scratch.path("again"), "--quiet"]
                + TinySession.arguments + ["--set", "session.workers=\(workers)"])
        try #require(outcome.code == 0, "\(outcome.errors)")
        let again = FinishedSession(scratch.path("again"))
        #expect(try first.report.fingerprint() == again.report.fingerprint())
        #expect(try first.log.episodes == again.log.episodes)
        #expect(try weights(of: first) == weights(of: again))
        // Ticks, steps, updates and events, with their times: the log is the same file.
        #expect(try first.logBytes == again.logBytes)
    }

    @Test("Another seed gives another session")
    func otherSeed() throws {
        let scratch = try Scratch()
        let outcome = try HoneProgram.run(
            ["demo", "--seed", "6", "--directory", scratch.path("other"), "--quiet"]
                + TinySession.arguments)
        try #require(outcome.code == 0, "\(outcome.errors)")
        let other = try FinishedSession(scratch.path("other")).log.episodes
        let first = try SharedDemo.session().log.episodes
        #expect(other.first?.transitions.first != first.first?.transitions.first)
    }

    private func weights(of session: FinishedSession) throws -> [String: Data] {
        let folder = session.folder + "/weights"
        var found: [String: Data] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
            found[name] = try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name))
        }
        #expect(found.count >= 2)
        return found
    }

    @Test("The directory holds everything that the README promises")
    func directory() throws {
        let session = try SharedDemo.session()
        for name in [
            "session.json", "metrics.jsonl", "report.json", "report.html", "log/session.mcap",
            "log/bridge.txt", "log/bridge-lab.txt",
        ] {
            let data = FileManager.default.contents(atPath: session.folder + "/" + name)
            #expect(data?.isEmpty == false, "\(name)")
        }
        let report = try session.report
        let weights = try FileManager.default.contentsOfDirectory(
            atPath: session.folder + "/weights")
        #expect(weights.count >= report.swaps)
        let checkpoints = try FileManager.default.contentsOfDirectory(
            atPath: session.folder + "/checkpoints")
        #expect(checkpoints.count == 2)
        let text = try String(contentsOfFile: session.folder + "/session.json", encoding: .utf8)
        #expect(text.contains("\"limits_hash\" : \""))
        for word in [
            "\"seed\" : 5", "launch/demo.yaml", "robots/sim-widowx.yaml", "policy.hidden=16",
        ] {
            #expect(text.contains(word), "\(word)")
        }
    }

    @Test("The log holds every episode that the report counts")
    func log() throws {
        let session = try SharedDemo.session()
        let report = try session.report
        let (episodes, log) = try session.log
        #expect(log.isClean, "\(log.issues)")
        let training = episodes.filter { $0.purpose == .training && $0.outcome != .aborted }
        #expect(training.count == report.episodesTrained)
        #expect(training.map(\.transitions.count) == report.episodes.map(\.length))
        #expect(training.map(\.outcome) == report.episodes.map(\.outcome))
        #expect(training.reduce(0) { $0 + $1.transitions.count } == report.transitions)
        let evaluated = episodes.filter { $0.purpose == .evaluation }
        #expect(evaluated.count == report.evaluations.reduce(0) { $0 + $1.success.episodes })
        #expect(
            evaluated.count { $0.outcome == .success }
                == report.evaluations.reduce(0) { $0 + $1.success.successes })
        let demonstrations = episodes.filter { $0.purpose == .demonstration }
        #expect(demonstrations.count { $0.outcome == .success } == 2)
        for episode in demonstrations {
            #expect(episode.transitions.allSatisfy { $0.source == .operatorAction })
        }
        #expect(episodes.map(\.number) == (0..<UInt32(episodes.count)).map { $0 })
        #expect(try session.ticks.count == report.ticks)
    }

    @Test("Evaluation uses the same start states before and after, and training never meets them")
    func startStates() throws {
        let episodes = try SharedDemo.session().log.episodes
        let seeds = episodes.filter { $0.purpose == .evaluation }.map(\.seed)
        #expect(Array(seeds.prefix(2)) == Array(seeds.suffix(2)))
        let first = Dictionary(grouping: episodes, by: \.seed)
        for group in first.values {
            let states = group.compactMap { episode in
                episode.transitions.first.map { (episode.purpose, $0.observation) }
            }
            for (purpose, state) in states {
                for (other, otherState) in states where other != purpose {
                    #expect(state != otherState)
                }
            }
        }
    }

    @Test("Every stage is in the report and nothing stopped the robot")
    func stages() throws {
        let session = try SharedDemo.session()
        let report = try session.report
        #expect(
            report.stages.map(\.name) == [
                "demonstrations", "imitation", "offline critic", "evaluation before",
                "fine-tuning", "evaluation after",
            ])
        #expect(report.ended == "completed")
        #expect(report.stops == 0 && report.rollbacks == 0 && report.samplesDropped == 0)
        #expect(report.swaps >= 2 && report.episodesTrained >= 1)
        #expect(report.criticUpdates > 60 && report.policyUpdates > 60)
        expectLeftAtRest(try session.robotsLastWord())
        expectLeftAtRest(try session.robotsLastWord("bridge-lab"))
    }

    @Test("A session is never overwritten")
    func notOverwritten() throws {
        let session = try SharedDemo.session()
        let before = try session.report
        let outcome = try HoneProgram.run(
            ["demo", "--directory", session.folder, "--quiet"] + TinySession.arguments)
        #expect(outcome.code == 73)
        #expect(outcome.errors.contains("already holds a session"))
        #expect(outcome.output.isEmpty)
        #expect(try session.report == before)
    }
}
