import Embodiment
import Experience
import Foundation
import Platform
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

    @Test("Weights with a bit turned over never act, and the check says so")
    func damagedWeights() throws {
        let scratch = try Scratch()
        let session = try SharedDemo.copy(into: scratch)
        let file = try #require(
            try Files.list(session.folder + "/checkpoints").map(\.name).filter {
                $0.hasSuffix(".safetensors")
            }.max())
        let path = session.folder + "/checkpoints/" + file
        var bytes = try Files.read(path, limit: 1 << 28)
        bytes[bytes.count / 2] ^= 0x80
        try Files.replace(path, with: bytes)
        for words in [
            ["check", session.folder],
            [
                "evaluate", "demo", "--weights", session.folder, "--quiet", "--directory",
                scratch.path("new"),
            ] + TinySession.arguments,
        ] {
            let outcome = try HoneProgram.run(words)
            let said = outcome.output + outcome.errors
            #expect(outcome.code == 65 && said.contains("the checksum of its data"), "\(said)")
        }
    }

    @Test("A damaged log that is learned from or exported is told, in the report too")
    func damagedData() throws {
        let scratch = try Scratch()
        let session = try SharedDemo.copy(into: scratch)
        let log = session.folder + "/log/session.mcap"
        var bytes = try Files.read(log, limit: 1 << 28)
        for place in bytes.count / 2..<bytes.count / 2 + 64 { bytes[place] ^= 0xFF }
        try Files.replace(log, with: bytes)
        let folder = scratch.path("new")
        let outcome = try HoneProgram.run(
            ["pretrain", "demo", "--data", session.folder, "--quiet", "--directory", folder]
                + TinySession.arguments)
        #expect(outcome.code == 0, "\(outcome.errors)")
        let report = try String(contentsOfFile: folder + "/report.json", encoding: .utf8)
        #expect(report.contains("is damaged, and only what is left of it is used"))
    }

    @Test("What a demo would not use, and two robots at once, are refused")
    func unused() throws {
        let scratch = try Scratch()
        for (setting, words) in [
            ("session.offline_data=[/nowhere]", "hone demo makes its own demonstrations"),
            ("bridge.endpoint=ipc:///tmp/nobody", "leave out one of the two"),
        ] {
            let outcome = try HoneProgram.run(
                ["demo", "--quiet", "--directory", scratch.path("new"), "--set", setting]
                    + TinySession.arguments)
            #expect([64, 65, 78].contains(outcome.code), "\(outcome.code)")
            #expect(outcome.errors.contains(words), "\(outcome.errors)")
            #expect(!Files.exists(scratch.path("new")))
        }
    }
}
