import ArgumentParser

/// `hone-bench session ablation`: what each part of the algorithm is worth.
struct AblationSeries: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ablation",
        abstract: "The demo with parts of the algorithm left out, or made otherwise.")

    @Option(parsing: .upToNextOption, help: "Seeds of the sessions.")
    var seeds: [UInt64] = [0, 1, 2]

    /// Each variant's name and what it sets.
    private static let variants: [(name: String, settings: [String])] = [
        ("demo", []),
        ("no-local", ["optimisation.optimiser=rerank"]),
        (
            "no-global",
            ["optimisation.num_base_policy_actions=1", "optimisation.num_actions_to_keep=1"]
        ),
        ("no-cache", ["training.candidate_cache_age=0"]),
        ("half", ["policy.sampling_precision=half"]),
        (
            "gaussian-maximise-q",
            [
                "policy.kind=gaussian", "policy.objective=maximise_q",
                "critic.cql_importance_sample=true", "critic.use_calql_on_random_actions=true",
            ]
        ),
    ]

    func run() throws {
        print(MeasuredSession.header)
        for seed in seeds {
            for (name, settings) in Self.variants {
                let words = ["demo"] + settings.flatMap { ["--set", $0] }
                print(try MeasuredSession(name: name, seed: seed, arguments: words).row())
            }
        }
    }
}
