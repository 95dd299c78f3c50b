import Embodiment
import Experience
import Foundation
import Testing

@testable import Agent
@testable import Report
@testable import TestSupport

/// What the commands that are a part of the story say of what they did.
@Suite("Commands that are a part of the story")
struct DeedsTests {
    private func run(
        _ scratch: Scratch, _ name: String, _ arguments: [String], _ more: [String] = []
    ) throws -> (outcome: HoneProgram.Outcome, session: FinishedSession) {
        let outcome = try HoneProgram.run(
            arguments + ["--quiet", "--seed", "4", "--directory", scratch.path(name)]
                + TinySession.arguments + more)
        return (outcome, FinishedSession(scratch.path(name)))
    }

    @Test("Each reports what it did, and no before and after")
    func reports() throws {
        let scratch = try Scratch()
        let (recording, recorded) = try run(scratch, "recorded", ["record", "demo"])
        try #require(recording.code == 0, "\(recording.errors)")
        let demonstrations = try #require(try recorded.report.demonstrations)
        let steps = try recorded.log.episodes.reduce(0) { $0 + $1.transitions.count }
        #expect(demonstrations.successes == 2 && demonstrations.steps == steps)
        #expect(try recorded.report.transitions > 0 && recorded.report.command == "record")
        #expect(recording.output.contains("demonstrations   2 successful of"))
        #expect(!recording.output.contains("training episodes"))

        let (training, trained) = try run(
            scratch, "trained", ["pretrain", "demo", "--data", recorded.folder])
        try #require(training.code == 0, "\(training.errors)")
        let ranges = try #require(try trained.report.demonstrated)
        #expect(ranges.contains { $0.name == "action gripper" && $0.boxShare != nil })
        #expect(ranges.contains { $0.name == "gripper.width" && $0.deviation != nil })
        #expect(try trained.report.demonstrations?.successes == 2)
        #expect(try scratch.text("trained/report.html").contains("What the demonstrations show"))
        #expect(training.output.contains("2 successful of"))

        let (evaluating, evaluated) = try run(
            scratch, "evaluated", ["evaluate", "demo", "--weights", trained.folder])
        try #require(evaluating.code == 0, "\(evaluating.errors)")
        #expect(try evaluated.report.success?.episodes == 2)
        #expect(evaluating.output.contains("\n  success  "), "\(evaluating.output)")
        #expect(!evaluating.output.contains("success after"), "\(evaluating.output)")
        #expect(try scratch.text("evaluated/report.html").contains("of 2 episodes"))
    }

    @Test("A fine-tuning that learns nothing says so, before it begins and in its report")
    func unlearned() throws {
        let scratch = try Scratch()
        let outcome = try HoneProgram.run(
            ["demo", "--directory", scratch.path("demo")] + TinySession.arguments
                + TinySession.sets(["training.num_warmup_trajectories=25"]))
        try #require(outcome.code == 0, "\(outcome.errors)")
        #expect(outcome.errors.contains("nothing may be learned"), "\(outcome.errors)")
        let report = try FinishedSession(scratch.path("demo")).report
        #expect(report.caveats?.count == 1)
        #expect(report.caveats?.first?.contains("fine-tuning made no update") == true)
        #expect(outcome.output.contains("fine-tuning made no update"), "\(outcome.output)")
        #expect(try scratch.text("demo/report.html").contains("fine-tuning made no update"))
        #expect(try SharedDemo.session().report.caveats == nil)
    }

    @Test("Data without a success, the same data twice and data of another task are named")
    func data() throws {
        let scratch = try Scratch()
        let (recording, recorded) = try run(scratch, "recorded", ["record", "demo"])
        try #require(recording.code == 0, "\(recording.errors)")
        let data = recorded.folder

        let twice = try run(
            scratch, "twice",
            ["pretrain", "demo", "--data", data, "--data", scratch.path("recorded/log")]
        ).outcome
        #expect(twice.code == 65)
        #expect(twice.errors.contains("its episodes are those of \(data)"), "\(twice.errors)")

        let other = try run(scratch, "other", ["pretrain", "pot-to-sink", "--data", data])
        #expect(other.outcome.code == 0, "\(other.outcome.errors)")
        let caveat = try #require(try other.session.report.caveats?.first)
        #expect(caveat.contains("in the task cup-to-rack") && caveat.contains("pot-to-sink"))
        // And the weights, without the session that they came from.
        let checkpoint = try other.session.last("checkpoints")
        let alone = scratch.path("alone.safetensors")
        try checkpoint.bytes.write(to: URL(fileURLWithPath: alone))
        let acting = try run(scratch, "acting", ["evaluate", "demo", "--weights", alone])
        #expect(acting.outcome.code == 0, "\(acting.outcome.errors)")
        #expect(try acting.session.report.caveats?.first?.contains("task pot-to-sink") == true)

        for episode in try recorded.log.episodes {
            let label = try HoneProgram.run([
                "episodes", "relabel", data, "\(episode.number)", "failure",
            ])
            try #require(label.code == 0, "\(label.errors)")
        }
        let none = try run(scratch, "none", ["pretrain", "demo", "--data", data]).outcome
        #expect(none.code == 65)
        #expect(
            none.errors.contains("\(data): no successful demonstration is there"), "\(none.errors)")
        let nothing = try run(scratch, "nothing", ["pretrain", "demo"]).outcome
        #expect(nothing.code == 65)
        #expect(nothing.errors.contains("name a session with recorded episodes"))
    }

    @Test("A pretraining that is stopped keeps what it has learned, and says so")
    func stopped() throws {
        let scratch = try Scratch()
        let (recording, recorded) = try run(scratch, "recorded", ["record", "demo"])
        try #require(recording.code == 0, "\(recording.errors)")
        let trained = FinishedSession(scratch.path("trained"))
        let running = try HoneProgram.Running(
            ["pretrain", "demo", "--data", recorded.folder, "--directory", trained.folder]
                + TinySession.arguments
                + TinySession.sets(["training.num_imitation_updates=1000000"]))
        try HoneProgram.wait(for: "an update") {
            (try? trained.metrics.contains("\"update\"")) == true
        }
        running.interrupt()
        let outcome = try running.finish(within: .seconds(30))
        #expect(outcome.code == 130)
        #expect(outcome.errors.contains("imitation: stopped after"), "\(outcome.errors)")
        #expect(outcome.errors.contains("of 1000000 updates and is not resumed"))
        let acting = try run(
            scratch, "acting",
            ["evaluate", "demo", "--unguided", "--episodes", "1", "--weights", trained.folder])
        #expect(acting.outcome.code == 0, "\(acting.outcome.errors)")
    }

    @Test("Of a session that is over status says how it ended")
    func status() throws {
        let session = try SharedDemo.session()
        let outcome = try HoneProgram.run(["status", session.folder])
        #expect(outcome.code == 69)
        #expect(outcome.errors.contains("is over: completed; its report is"), "\(outcome.errors)")
        #expect(!outcome.errors.contains("--resume"))
        let json = try HoneProgram.run(["status", session.folder, "--json"])
        #expect(json.output.contains("\"running\": false"), "\(json.output)")
    }

    @Test("Replayed training that ends before the first episode says why")
    func replayed() throws {
        let scratch = try Scratch()
        let outcome = try HoneProgram.run([
            "replay", try SharedDemo.session().folder, "--train", "--updates", "30", "--directory",
            scratch.path("trained"),
        ])
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(outcome.errors.contains("--updates 30 ended it before"), "\(outcome.errors)")
        #expect(outcome.errors.contains("the offline critic took 30"), "\(outcome.errors)")
    }
}
