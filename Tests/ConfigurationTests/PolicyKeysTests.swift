import Recipe
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
                "num_blocks is of kind: diffusion, flow, onestep; kind: gaussian has no use for it"
            ),
            "\(complaint)")
        #expect(complaint.split(separator: "error: ").count == 2, "\(complaint)")

        try scratch.replace("kind: gaussian", with: "kind: diffusion", in: "launch/demo.yaml")
        #expect(scratch.complaint("demo") == "")
        #expect(scratch.complaint("demo", ["policy.kind=gaussian"]) == "")
    }

    @Test("A flow and its one-step policy are asked for by their names, each with its own keys")
    func flows() throws {
        let scratch = try ScratchProject()
        func settings(_ keys: [String]) throws -> AlgorithmSettings {
            // Its folder is there as long as it is.
            try withExtendedLifetime(scratch) {
                try LaunchFile.read("demo", in: scratch.project, overrides: keys).algorithm
            }
        }
        let standard = try settings([])
        #expect(try settings(["policy.kind=flow"]).policy == standard.policy.of(.flow))
        var flow = FlowSettings(
            trunk: ResidualTrunkSettings(hidden: 64, blocks: 1, timeDimension: 16, dropout: 0))
        (flow.steps, flow.times) = (5, .beta)
        let keys = [
            "policy.hidden=64", "policy.num_blocks=1", "policy.time_dim=16",
            "policy.dropout_rate=0", "policy.flow_steps=5", "policy.time_distribution=beta",
        ]
        #expect(try settings(keys + ["policy.kind=flow"]).policy == .flow(flow))
        let climbing = try settings(
            keys + [
                "policy.kind=onestep", "policy.distill_weight=30", "policy.objective=maximise_q",
            ])
        #expect(climbing.policy == .oneStep(OneStepSettings(flow: flow, distillWeight: 30)))
        #expect(climbing.policyTraining.climbs && climbing.policyTraining.isAnchored)
        #expect(try !settings(["policy.kind=onestep"]).policyTraining.isAnchored)

        for (keys, sentence) in [
            (
                "kind: flow\n  diffusion_steps: 5",
                "diffusion_steps is of kind: diffusion; kind: flow"
            ),
            (
                "kind: flow\n  distill_weight: 5",
                "distill_weight is of kind: onestep; kind: flow has no use for it"
            ),
            (
                "kind: diffusion\n  flow_steps: 5",
                "flow_steps is of kind: flow, onestep, transformer; kind: diffusion has no use for it"
            ),
            (
                "flow_steps: 5",
                "flow_steps is of kind: flow, onestep, transformer; kind: diffusion"
            ),
            (
                "kind: flow\n  objective: maximise_q",
                "objective: maximise_q needs kind: gaussian or onestep"
            ),
        ] {
            let scratch = try ScratchProject()
            try scratch.replace(
                "\nsession:", with: "\npolicy:\n  \(keys)\nsession:", in: "launch/demo.yaml")
            let complaint = scratch.complaint("demo")
            #expect(complaint.contains(sentence), "\(complaint)")
            #expect(complaint.split(separator: "error: ").count == 2, "\(complaint)")
        }
    }

    @Test("A transformer's keys are its own, and what it cannot be is refused with a sentence")
    func transformers() throws {
        let scratch = try ScratchProject()
        for (keys, sentence) in [
            (["policy.kind=transformer", "policy.layers=2", "policy.modes=3"], ""),
            (["policy.kind=tokens", "policy.width=64", "policy.labels=nearest"], ""),
            (["policy.kind=tokens", "policy.horizon=8"], ""),
            (
                ["policy.kind=transformer", "policy.width=100", "policy.heads=3"],
                "width 100 is not 3 heads of one width"
            ),
            (
                ["policy.kind=transformer", "policy.objective=maximise_q"],
                "objective: maximise_q needs kind: gaussian"
            ),
            (
                ["policy.kind=tokens", "policy.horizon=40"],
                "kind: tokens tells a plan number by number, at most 64 of them"
            ),
        ] {
            let complaint = scratch.complaint("demo", keys)
            #expect(
                sentence.isEmpty ? complaint == "" : complaint.contains(sentence), "\(complaint)")
        }
        try scratch.replace(
            "\nsession:",
            with: "\npolicy:\n  kind: tokens\n  num_blocks: 2\n  modes: 2\n  width: 64\nsession:",
            in: "launch/demo.yaml")
        let complaint = scratch.complaint("demo")
        for sentence in [
            "num_blocks is of kind: diffusion, flow, onestep; kind: tokens has no use for it",
            "modes is of kind: transformer; kind: tokens has no use for it",
        ] { #expect(complaint.contains(sentence), "\(complaint)") }
        #expect(complaint.split(separator: "error: ").count == 3, "\(complaint)")
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

    @Test("An override that what is chosen has no use for is remarked, and one that it has is not")
    func remarks() throws {
        let launch = try LaunchFile.read(
            "demo", in: project,
            overrides: [
                "policy.kind=gaussian", "policy.num_blocks=2", "policy.hidden=32",
                "optimisation.edit.scale=0.1", "optimisation.mean_radius=0.2",
            ])
        #expect(
            launch.remarks == [
                "--set policy.num_blocks=2: num_blocks is of kind: diffusion, flow, onestep; kind: gaussian has no use for it",
                "--set optimisation.edit.scale=0.1: edit is of optimiser: edit and edit+gradient; optimiser: gradient has no use for it",
                "--set optimisation.mean_radius=0.2: mean_radius is of optimiser: mean; optimiser: gradient has no use for it",
            ])
        #expect(try LaunchFile.read("demo", in: project).remarks.isEmpty)
    }
}
