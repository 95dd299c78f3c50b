import Agent
import Embodiment
import Recipe

/// What a critic update and a decision cost as batch, members and candidates grow.
struct Scaling {
    let settings: AlgorithmSettings
    let workers: Int
    let seconds: Double

    /// A size that can be multiplied.
    private struct Dimension {
        var name: String
        var path: WritableKeyPath<AlgorithmSettings, Int>
        /// Decisions do not see the batch.
        var changesActing: Bool
    }

    private static var dimensions: [Dimension] {
        [
            Dimension(name: "critic.batch_size", path: \.critic.batchSize, changesActing: false),
            Dimension(
                name: "critic_ensemble_size", path: \.critic.ensembleSize, changesActing: true),
            Dimension(
                name: "num_base_policy_actions", path: \.optimisation.baseActions,
                changesActing: true),
        ]
    }

    /// Times every size once, twice and four times; one worker's decision beside the update.
    func run() -> [Measurement] {
        var results: [Measurement] = []
        for dimension in Scaling.dimensions {
            for factor in [1, 2, 4] {
                var grown = settings
                grown[keyPath: dimension.path] *= factor
                // As many candidates are kept as before in proportion: all that follows grows too.
                if dimension.path == \.optimisation.baseActions {
                    grown.optimisation.keptActions *= factor
                }
                let probe = Suite.workload(grown, workers: workers)
                for _ in 1..<Suite.warmUps(grown, probe) { probe.critic() }
                let label = "\(dimension.name) ×\(factor)"
                results.append(
                    .of("critic, \(label)", seconds: seconds, least: 3) { probe.critic() })
                if dimension.changesActing {
                    results.append(.of("act, \(label)", seconds: seconds) { probe.act() })
                }
            }
        }
        return results
    }
}
