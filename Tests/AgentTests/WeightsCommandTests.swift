import Foundation
import Testing

@testable import Agent
@testable import TestSupport

@Suite("hone weights")
struct WeightsCommandTests {
    private struct Shown: Decodable {
        struct Tensor: Decodable {
            var name: String
            var shape: [Int]
            var least: Float
            var largest: Float
            var not_finite: Int
        }
        var file: String
        var tensors: [Tensor]
        var metadata: [String: String]
    }

    @Test("show lists the tensors of checkpoints and published versions, and refuses other files")
    func show() throws {
        let scratch = try Scratch()
        let recorded = try TinySession.record(in: scratch)
        let trained = try HoneProgram.run(
            [
                "pretrain", "demo", "--quiet", "--data", recorded.folder, "--directory",
                scratch.path("trained"),
            ] + TinySession.arguments)
        try #require(trained.code == 0, "\(trained.errors)")
        func show(_ path: String) throws -> Shown {
            let outcome = try HoneProgram.run(["weights", "show", path, "--json"])
            #expect(outcome.code == 0, "\(outcome.errors)")
            return try JSONDecoder().decode(Shown.self, from: Data(outcome.output.utf8))
        }
        let checkpoint = try show(scratch.path("trained"))
        #expect(checkpoint.metadata["critic_updates"] == "60")
        let input = try #require(
            checkpoint.tensors.first { $0.name == "policy.parameters.input.weight" })
        // TinySession: 8 time features, 13 scalars and 7 axes into 16.
        #expect(input.shape == [28, 16])
        #expect(checkpoint.tensors.allSatisfy { $0.not_finite == 0 && $0.least <= $0.largest })
        let published = try show(scratch.path("trained/weights/000001.safetensors"))
        #expect(published.tensors.contains { $0.name == "critic.member1.layer0.weight" })
        let text = try HoneProgram.run(["weights", "show", scratch.path("trained")])
        #expect(text.output.contains("block0.norm.scale"))

        let wrong = try HoneProgram.run(
            ["weights", "show", HoneProgram.root + "/nothing.safetensors"])
        #expect(wrong.code == 66)
        try Data("no weights".utf8).write(
            to: URL(fileURLWithPath: scratch.path("text.safetensors")))
        let damaged = try HoneProgram.run(["weights", "show", scratch.path("text.safetensors")])
        #expect(damaged.code == 65 && damaged.errors.contains("text.safetensors"))
    }
}
