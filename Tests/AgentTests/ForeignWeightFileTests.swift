import Platform
import Testing

@testable import TestSupport

@Suite("A weight file of another robot, wherever it is named")
struct ForeignWeightFileTests {
    @Test(
        "Every command that takes weights refuses it with the difference, and nothing is made",
        arguments: [
            ["evaluate", "demo", "--weights"], ["run", "demo", "--weights"],
            ["finetune", "demo", "--weights"], ["replay", "--policy"],
        ])
    func refused(words: [String]) throws {
        let scratch = try Scratch()
        let session = try SharedDemo.session()
        var bytes = [UInt8](try session.last("checkpoints").bytes)
        // A name of the same length: nothing else of the file is touched.
        let (own, other) = (Array("sim-widowx".utf8), Array("sim-widowy".utf8))
        while let place = bytes.firstRange(of: own) {
            bytes.replaceSubrange(place, with: other)
        }
        let file = scratch.path("other.safetensors")
        try Files.replace(file, with: bytes)
        let folder = scratch.path("new")
        let isReplay = words[0] == "replay"
        let outcome = try HoneProgram.run(
            (isReplay ? [words[0], session.folder, words[1]] : words)
                + [file, "--directory", folder] + (isReplay ? [] : TinySession.arguments))
        #expect(outcome.code == 65, "\(outcome.errors)")
        #expect(
            outcome.errors.contains("robot: sim-widowy there, sim-widowx here"), "\(outcome.errors)"
        )
        #expect(!Files.exists(folder))
    }
}
