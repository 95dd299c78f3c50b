import Embodiment
import Experience
import Foundation
import Platform
import Testing

@testable import Agent
@testable import Report
@testable import TestSupport

/// Sessions whose policy plans four steps and carries out two of them.
@Suite("Sessions of chunks")
struct ChunkSessionTests {
    private static let arguments =
        TinySession.arguments + TinySession.sets(["policy.horizon=4", "policy.executed_steps=2"])

    /// Expects that every step of a log is verified and that every other one has a decision of its own.
    private func verify(_ session: FinishedSession) throws {
        let outcome = try HoneProgram.run(["replay", session.folder, "--verify", "--json"])
        #expect(outcome.code == 0, "\(outcome.errors)")
        let printed = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
        let result = try #require(printed as? [String: Any])
        let steps: [Transition] = try session.records.compactMap { record in
            guard case .transition(let step) = record, step.source == .policy else { return nil }
            return step
        }
        #expect(steps.count > 20 && result["decisions"] as? Int == steps.count)
        #expect(result["equal"] as? Int == steps.count)
        #expect(steps.allSatisfy { ($0.decision != nil) == ($0.step % 2 == 0) })
        let seam = try #require(result["seam_jump"] as? [String: Any])
        #expect(try #require(seam["count"] as? Int) > 10)
        #expect(try #require(seam["largest"] as? Double) > 0)
    }

    @Test("Recorded, pretrained, fine-tuned and verified, and an action that was changed is found")
    func stages() throws {
        let scratch = try Scratch()
        let recorded = try TinySession.record(in: scratch)
        let trained = try HoneProgram.run(
            [
                "pretrain", "demo", "--quiet", "--data", recorded.folder, "--directory",
                scratch.path("trained"),
            ] + Self.arguments)
        try #require(trained.code == 0, "\(trained.errors)")
        let session = FinishedSession(scratch.path("tuned"))
        let tuned = try HoneProgram.run(
            [
                "finetune", "demo", "--quiet", "--data", recorded.folder, "--directory",
                session.folder,
            ] + Self.arguments)
        try #require(tuned.code == 0, "\(tuned.errors)")
        try verify(session)
        // Other weights decide otherwise: the planned steps are compared, too.
        let (name, bytes) = try session.last("weights").parts
        var changed = bytes
        for weight in 1...bytes.count / 8 { changed[bytes.count - 4 * weight] ^= 1 }
        try WeightBytes.signed(changed).write(
            to: URL(fileURLWithPath: "\(session.folder)/weights/\(name)"))
        let outcome = try HoneProgram.run(["replay", session.folder, "--verify", "--json"])
        #expect(outcome.code == 65 && outcome.errors.contains("came out otherwise"))
    }

    @Test("Edits of windows are drawn in training, and replay makes each of them again")
    func edits() throws {
        let scratch = try Scratch()
        let session = FinishedSession(scratch.path("edits"))
        let outcome = try HoneProgram.run(
            ["demo", "--seed", "6", "--directory", session.folder, "--quiet"] + Self.arguments
                + TinySession.sets([
                    "optimisation.optimiser=edit", "optimisation.edit.start_episode=0",
                    "optimisation.edit.critic_updates=1", "optimisation.edit.hidden=16",
                    "optimisation.edit.scale=1", "optimisation.zero_noise_candidate=true",
                    "optimisation.grow_candidates=true", "policy.objective=imitate_success",
                    "policy.min_successes=1",
                ]))
        try #require(outcome.code == 0, "\(outcome.errors)")
        try verify(session)
        let weights = try session.last("weights")
        let file = String(decoding: weights.bytes.prefix(40_000), as: UTF8.self)
        #expect(file.contains("edit.mean.weight"))
    }

    @Test("Killed after an episode it goes on as if it had not been")
    func resume() throws {
        let scratch = try Scratch()
        let chunks = TinySession.sets(["policy.horizon=4", "policy.executed_steps=2"])
        let reference = FinishedSession(scratch.path("reference"))
        let whole = try HoneProgram.run(KilledSession.begin(reference, seed: 1) + chunks)
        try #require(whole.code == 0, "\(whole.errors)")
        try verify(reference)
        let session = FinishedSession(scratch.path("killed"))
        let running = try HoneProgram.Running(KilledSession.begin(session, seed: 1) + chunks)
        try HoneProgram.wait(for: "two training episodes") { session.episodesSoFar >= 2 }
        running.child.kill()
        _ = running.child.wait()
        let resumed = try HoneProgram.run(KilledSession.resume(session, seed: 1))
        #expect(resumed.code == 0, "\(resumed.errors)")
        try KilledSession.expectEqual(session, reference, "chunks")
    }
}
