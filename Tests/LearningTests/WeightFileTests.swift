import Models
import Neural
import Platform
import Testing

@testable import Learning
@testable import TestSupport

/// Weights that are not what was written are never taken for those.
@Suite("Checksums of weights")
struct WeightFileTests {
    private func file() -> (bytes: [UInt8], start: Int) {
        var layout = ParameterLayout()
        layout.add("a", [3, 5])
        layout.add("b", [7])
        let arena = Arena(count: layout.count)
        RandomKey(seed: 3, stream: 1, step: 0).fillNormal(arena.base, count: layout.count)
        let bytes = WeightFile.encode(
            [Safetensors.Section(layout, arena.base)], metadata: [(key: "k", value: "v")])
        return (bytes, bytes.count - 4 * layout.count)
    }

    @Test("Every bit of the data is held; what was written is read")
    func bits() throws {
        let (bytes, start) = file()
        let read = try WeightFile.decode(bytes)
        #expect(read.text("k") == "v" && read.tensors.count == 2)
        for place in start..<bytes.count {
            var other = bytes
            other[place] ^= 1 << UInt8(place % 8)
            #expect(throws: SafetensorsError.self) { _ = try WeightFile.decode(other) }
            // A reader that knows of no checksum takes it.
            #expect((try? Safetensors.decode(other)) != nil)
        }
    }

    @Test("A file without a checksum is one of another program's")
    func foreign() throws {
        var layout = ParameterLayout()
        layout.add("a", [2])
        let arena = Arena(count: 2)
        let bytes = Safetensors.encode(layout, parameters: arena.base)
        #expect(try WeightFile.decode(bytes).tensors.count == 1)
    }

    @Test(
        "A checkpoint with a bit turned over is not taken up, and neither is a version that acted")
    func learners() throws {
        let session = PointSession(settings: LearnerTests.small(), seed: 5)
        var bytes = session.learner.checkpoint()
        bytes[bytes.count - 100] ^= 0x80
        #expect(throws: LearningError.self) { try session.learner.restore(bytes) }

        let scratch = try Scratch()
        let folder = VersionFolder(scratch.folder)
        let layout = session.learner.snapshotLayout.layout
        let weights = Arena(count: layout.count)
        try folder.write(UnsafeBufferPointer(weights.buffer), layout: layout, version: 3)
        try folder.read(3, layout: layout, into: weights.base)
        let path = scratch.path("000003.safetensors")
        var written = try Files.read(path, limit: 1 << 24)
        written[written.count - 5] ^= 1
        try Files.replace(path, with: written)
        #expect(throws: SafetensorsError.self) {
            try folder.read(3, layout: layout, into: weights.base)
        }
    }
}
