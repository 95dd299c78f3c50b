import Recipe
import Testing

@testable import Configuration

@Suite("Keys of an optimiser")
struct OptimiserKeysTests {
    private func settings(_ overrides: [String]) throws -> AlgorithmSettings {
        let scratch = try ScratchProject()
        // Its folder is there as long as it is.
        return try withExtendedLifetime(scratch) {
            try LaunchFile.read("demo", in: scratch.project, overrides: overrides).algorithm
        }
    }

    @Test("Every optimiser is asked for by its name; without one it is gradient")
    func names() throws {
        #expect(try settings([]).optimisation.optimiser == .gradient)
        for kind in OptimiserKind.allCases {
            let found = try settings(["optimisation.optimiser=\(kind.rawValue)"])
            #expect(found.optimisation.optimiser == kind)
            // Where the policy stays as it is nothing of it is due.
            #expect((found.schedule.basePolicyUTD > 0) == kind.distils)
        }
        let edit = try settings([
            "optimisation.optimiser=edit", "optimisation.edit.scale=0.05",
            "optimisation.edit.tune_alpha=true", "optimisation.edit.critic_updates=2",
        ]).optimisation.edit
        #expect(edit.scale == 0.05 && edit.tunesAlpha && edit.every == 2)
    }

    @Test(
        "A key of another optimiser in the same file is a mistake; an override of the optimiser is none"
    )
    func otherKind() throws {
        let scratch = try ScratchProject()
        try scratch.replace(
            "\nsession:",
            with: "\noptimisation:\n  optimiser: rerank\n  num_steps: 2\nsession:",
            in: "launch/demo.yaml")
        let complaint = scratch.complaint("demo")
        #expect(
            complaint.contains(
                "num_steps is of optimiser: gradient and edit+gradient; optimiser: rerank has no use for it"
            ), "\(complaint)")
        #expect(complaint.split(separator: "error: ").count == 2, "\(complaint)")
        try scratch.replace(
            "optimiser: rerank", with: "optimiser: gradient", in: "launch/demo.yaml")
        #expect(scratch.complaint("demo") == "")
        #expect(scratch.complaint("demo", ["optimisation.optimiser=random"]) == "")
    }

    @Test("The switches of before are told by what they are called now")
    func replaced() throws {
        let scratch = try ScratchProject()
        for (key, name) in [
            ("local", "optimiser: rerank is without gradient steps"),
            ("global", "num_base_policy_actions: 1 with num_actions_to_keep: 1"),
        ] {
            let key = "improve_base_policy_actions_with_\(key)_search"
            let complaint = scratch.complaint("demo", ["optimisation.\(key)=false"])
            #expect(complaint.contains("\(key) is no switch of its own any more"), "\(complaint)")
            #expect(complaint.contains(name), "\(complaint)")
            #expect(complaint.split(separator: "error: ").count == 2, "\(complaint)")
        }
    }
}
