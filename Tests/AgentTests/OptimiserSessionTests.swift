import Embodiment
import Experience
import Foundation
import Recipe
import Testing

@testable import Agent
@testable import TestSupport

@Suite("Sessions with other optimisers")
struct OptimiserSessionTests {
    private func session(
        _ kind: OptimiserKind, in scratch: Scratch, _ sets: [String] = []
    ) throws -> FinishedSession {
        let outcome = try HoneProgram.run(
            ["demo", "--seed", "6", "--directory", scratch.path(kind.rawValue), "--quiet"]
                + TinySession.arguments
                + TinySession.sets(["optimisation.optimiser=\(kind.rawValue)"] + sets))
        try #require(outcome.code == 0, "\(outcome.errors)")
        return FinishedSession(scratch.path(kind.rawValue))
    }

    @Test(
        "Edits are drawn in training and their mode in evaluation, and replay makes each of them again",
        .timeLimit(.minutes(1)))
    func edits() throws {
        let scratch = try Scratch()
        let session = try session(
            .edit, in: scratch,
            [
                "optimisation.edit.start_episode=0", "optimisation.edit.hidden=16",
                "optimisation.edit.scale=1",
            ])
        let replay = try HoneProgram.run(["replay", session.folder, "--verify", "--json"])
        #expect(replay.code == 0, "\(replay.errors)")
        // A log that takes training for evaluation cannot be made again.
        let episodes = try session.log.episodes
        let guided = episodes.filter { episode in
            episode.transitions.contains { $0.decision?.driver == .guided }
        }
        #expect(Set(guided.map(\.purpose)) == [.training, .evaluation])
        let weights = try session.last("weights")
        let file = String(decoding: weights.bytes.prefix(40_000), as: UTF8.self)
        #expect(file.contains("edit.mean.weight") && file.contains("edit.log_alpha"))
    }

    @Test("A control leaves the policy as imitation made it", .timeLimit(.minutes(1)))
    func frozen() throws {
        let scratch = try Scratch()
        let session = try session(.random, in: scratch)
        let replay = try HoneProgram.run(["replay", session.folder, "--verify", "--json"])
        #expect(replay.code == 0, "\(replay.errors)")
        #expect(try !session.metrics.contains("online policy"))
        #expect(try session.metrics.contains("online critic"))
    }
}
