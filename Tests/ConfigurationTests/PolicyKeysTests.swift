import Testing

@testable import Configuration

@Suite("Keys of a policy's kind")
struct PolicyKeysTests {
    @Test("A key of another kind in the same file is a mistake; an override of the kind is none")
    func otherKind() throws {
        let scratch = try ScratchProject()
        try scratch.replace(
            "\nsession:",
            with: "\npolicy:\n  kind: gaussian\n  num_blocks: 2\n  hidden: 64\nsession:",
            in: "launch/demo.yaml")
        let complaint = scratch.complaint("demo")
        #expect(
            complaint.contains(
                "num_blocks is of kind: diffusion; kind: gaussian has no use for it"),
            "\(complaint)")
        #expect(complaint.split(separator: "error: ").count == 2, "\(complaint)")

        try scratch.replace("kind: gaussian", with: "kind: diffusion", in: "launch/demo.yaml")
        #expect(scratch.complaint("demo") == "")
        #expect(scratch.complaint("demo", ["policy.kind=gaussian"]) == "")
    }
}
