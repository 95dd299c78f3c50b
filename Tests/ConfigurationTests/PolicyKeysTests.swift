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
                "num_blocks is of kind: diffusion and flow; kind: gaussian has no use for it"),
            "\(complaint)")
        #expect(complaint.split(separator: "error: ").count == 2, "\(complaint)")

        try scratch.replace("kind: gaussian", with: "kind: diffusion", in: "launch/demo.yaml")
        #expect(scratch.complaint("demo") == "")
        #expect(scratch.complaint("demo", ["policy.kind=gaussian"]) == "")
    }

    @Test(
        "Plans that contradict each other, the robot or the objective are refused with a sentence")
    func chunks() throws {
        let scratch = try ScratchProject()
        #expect(scratch.complaint("demo", ["policy.horizon=8", "policy.executed_steps=4"]) == "")
        for (keys, sentence) in [
            (["policy.executed_steps=4"], "executed_steps 4 is more than the 1 that"),
            (
                ["policy.horizon=8", "policy.executed_steps=6"],
                "executed_steps 6 at policy_rate_hz 5 is 1.2 s; a robot follows a plan for 1 s"
            ),
            (
                ["policy.horizon=4", "policy.kind=gaussian", "policy.objective=maximise_q"],
                "objective: maximise_q decides one step at a time"
            ),
            (["policy.horizon=65"], "horizon"), (["policy.executed_steps=9"], "executed_steps"),
        ] {
            let complaint = scratch.complaint("demo", keys)
            #expect(complaint.contains(sentence), "\(complaint)")
        }
    }
}
