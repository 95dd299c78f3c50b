import Embodiment
import Experience
import Foundation
import Testing

@testable import Agent
@testable import Report
@testable import TestSupport

@Suite("Commands one after another")
struct CommandChainTests {
    @Test("Record, pre-train, fine-tune and evaluate hand their sessions on")
    func chain() throws {
        let scratch = try Scratch()
        func run(_ name: String, _ arguments: [String]) throws -> FinishedSession {
            let outcome = try HoneProgram.run(
                arguments + ["--quiet", "--seed", "4", "--directory", scratch.path(name)]
                    + TinySession.arguments)
            try #require(outcome.code == 0, "\(name): \(outcome.errors)")
            #expect(outcome.errors.isEmpty, "\(name): \(outcome.errors)")
            return FinishedSession(scratch.path(name))
        }
        let recorded = try run("recorded", ["record", "demo", "--episodes", "3"])
        let demonstrations = try recorded.log.episodes
        #expect(demonstrations.count { $0.outcome == .success } == 3)
        #expect(demonstrations.allSatisfy { $0.purpose == .demonstration })

        let data = ["--data", recorded.folder]
        let pretrained = try run("pretrained", ["pretrain", "demo"] + data)
        #expect(try pretrained.log.episodes.isEmpty)
        #expect(try pretrained.report.ticks == 0)
        #expect(try pretrained.report.criticUpdates == 60)

        let start = ["--weights", pretrained.folder]
        let tuned = try run("tuned", ["finetune", "demo"] + start + data)
        let report = try tuned.report
        #expect(
            report.stages.map(\.name) == ["evaluation before", "fine-tuning", "evaluation after"])
        #expect(report.episodesTrained >= 1 && report.swaps >= 2)
        #expect(try tuned.log.episodes.allSatisfy { $0.purpose != .demonstration })

        let before = try run(
            "before", ["evaluate", "demo", "--episodes", "2", "--unguided"] + start)
        #expect(try before.report.successAfter?.episodes == 2)
        // The same weights from the same start states: fine-tuning began where pre-training ended.
        let repeated = try evaluation(before)
        #expect(repeated.map(\.seed) == (try evaluation(tuned)).prefix(2).map(\.seed))
        let end = ["--weights", tuned.folder]
        let after = try run("after", ["evaluate", "demo", "--episodes", "2"] + end)
        #expect(try after.report.evaluations.first?.success.episodes == 2)
        #expect(try after.report.criticUpdates == 0)

        let acted = try run("acted", ["run", "demo", "--episodes", "1"] + end)
        #expect(try acted.log.episodes.count == 1)
        let fromData = try run("from-data", ["finetune", "demo"] + data)
        #expect(try fromData.report.stages.map(\.name).first == "imitation")
        let fromWeights = try run("from-weights", ["finetune", "demo"] + start)
        #expect(try fromWeights.report.episodesTrained >= 1)
    }

    private func evaluation(_ session: FinishedSession) throws -> [Episode] {
        try session.log.episodes.filter { $0.purpose == .evaluation }
    }

    @Test("--json prints the report as one object and nothing else")
    func json() throws {
        let scratch = try Scratch()
        let outcome = try HoneProgram.run(
            ["record", "demo", "--json", "--directory", scratch.path("session")]
                + TinySession.arguments)
        #expect(outcome.code == 0)
        let printed = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
        #expect(printed is [String: Any])
        let report = try FinishedSession(scratch.path("session")).report
        #expect(try outcome.output == report.json())
    }

    @Test("check, doctor and sim --help answer", arguments: [["check"], ["doctor"]])
    func jsonOfOthers(command: [String]) throws {
        let outcome = try HoneProgram.run(command + ["--json"])
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(outcome.errors.isEmpty)
        let printed = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
        #expect((printed as? [String: Any])?.isEmpty == false)
    }
}
