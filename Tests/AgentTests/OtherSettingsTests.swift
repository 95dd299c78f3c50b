import Embodiment
import Experience
import Foundation
import Testing

@testable import TestSupport

@Suite("Weights and data that are not what they seem")
struct OtherSettingsTests {
    @Test(
        "Weights are refused under settings with which they are other weights",
        arguments: [
            ("policy.diffusion_steps=2", "policy.diffusion_steps: 5 there, 2 here"),
            ("critic.discount=0.9", "critic.discount: 0.99 there, 0.9 here"),
            ("critic.q_max=500", "critic.q_max: 0.0 there, 500.0 here"),
            (
                "training.normalise_observations=false",
                "training.normalise_observations: true there, false here"
            ),
        ])
    func settings(change: String, says: String) throws {
        let session = try SharedDemo.session()
        let scratch = try Scratch()
        let folder = scratch.path("new")
        for verb in ["evaluate", "finetune"] {
            let outcome = try HoneProgram.run(
                [verb, "demo", "--weights", session.folder, "--quiet", "--directory", folder]
                    + TinySession.arguments + ["--set", change])
            #expect(outcome.code == 65, "\(outcome.errors)")
            #expect(outcome.errors.contains(says), "\(outcome.errors)")
            #expect(!FileManager.default.fileExists(atPath: folder))
        }
    }

    @Test("The same episodes under two names are not learned from twice")
    func doubles() throws {
        let scratch = try Scratch()
        let session = try SharedDemo.copy(into: scratch)
        let other = try SharedDemo.session()
        try FileManager.default.removeItem(atPath: session.folder + "/session.json")
        let first = try #require(try session.log.episodes.first).number
        let relabelled = try HoneProgram.run(
            ["episodes", "relabel", session.folder, "\(first)", "failure"])
        #expect(relabelled.code == 0, "\(relabelled.errors)")
        let outcome = try HoneProgram.run(
            [
                "pretrain", "demo", "--data", other.folder, "--data", session.folder, "--quiet",
                "--directory", scratch.path("new"),
            ] + TinySession.arguments)
        #expect(outcome.code == 65, "\(outcome.errors)")
        #expect(outcome.errors.contains("they would count double"), "\(outcome.errors)")
    }
}
