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
        .timeLimit(.minutes(5)))
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

    @Test(
        "Every second warm-up episode is acted without noise where that is asked for, and only those"
    )
    func noiselessWarmup() {
        var settings = AlgorithmSettings.standard
        func found(
            _ driver: Driver, _ number: UInt32, _ purpose: EpisodePurpose?
        ) -> Exploration {
            Exploration(of: driver, in: number, for: purpose, settings)
        }
        #expect(found(.imitation, 3, .training) == .usual)
        settings.schedule.noiselessWarmup = true
        #expect(found(.imitation, 3, .training) == .noiseless)
        #expect(found(.imitation, 4, .training) == .usual)
        #expect(found(.imitation, 3, .evaluation) == .usual)
        #expect(found(.guided, 3, .training) == .drawn)
        #expect(found(.guided, 3, .evaluation) == .usual && found(.guided, 3, nil) == .usual)
    }

    @Test("What was chosen from, and by whom, is in the log of updates", .timeLimit(.minutes(5)))
    func choices() throws {
        let scratch = try Scratch()
        let session = try session(
            .edit, in: scratch,
            [
                "optimisation.edit.start_episode=0", "optimisation.edit.hidden=16",
                "optimisation.edit.critic_updates=1", "optimisation.zero_noise_candidate=true",
                "training.zero_noise_warmup=true", "training.critic_utd=2",
                "training.num_warmup_trajectories=3", "session.max_online_episodes=4",
                "session.robot_minutes=2", "optimisation.grow_candidates=true",
                "optimisation.num_actions_to_keep=2", "critic.cql_ends_with_warmup=true",
                "critic.critic_subsample_distinct=true", "critic.head=sigmoid",
            ])
        let replay = try HoneProgram.run(["replay", session.folder, "--verify", "--json"])
        #expect(replay.code == 0, "\(replay.errors)")
        var last: [String: Double] = [:]
        for case .metrics(let metrics) in try session.records {
            for scalar in metrics.scalars { last[scalar.label] = scalar.value }
        }
        let (best, mean) = (
            try #require(last["online_critic.candidates_best"]),
            try #require(last["online_critic.candidates_mean"])
        )
        #expect(best >= mean)
        #expect(try #require(last["online_critic.candidates_deviation"]) >= 0)
        let shares = try ["edited", "zero_noise", "dataset"].map {
            try #require(last["online_critic.winner_\($0)"])
        }
        #expect(shares.allSatisfy { (0...1).contains($0) } && shares.reduce(0, +) <= 1.0001)
        #expect(shares[2] == 0, "targets of the critic have no action of the data")
        #expect(try #require(last["online_critic.edit_alpha"]) > 0)
    }

    @Test("A control leaves the policy as imitation made it", .timeLimit(.minutes(5)))
    func frozen() throws {
        let scratch = try Scratch()
        let session = try session(.random, in: scratch)
        let replay = try HoneProgram.run(["replay", session.folder, "--verify", "--json"])
        #expect(replay.code == 0, "\(replay.errors)")
        #expect(try !session.metrics.contains("online policy"))
        #expect(try session.metrics.contains("online critic"))
    }
}
