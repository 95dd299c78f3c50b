import Configuration
import Embodiment
import Models
import Platform
import Recipe

/// One setting that makes an update cheaper, and the cheaper value.
struct SpeedKnob: Sendable {
    /// The key in a launch file, such as `critic.batch_size`.
    var key: String
    /// As the launch has it.
    var value: String
    /// The cheaper value that was tried.
    var tried: String
    /// The launch with the cheaper value.
    var launch: Launch

    /// The settings worth turning down, each by itself.
    static func all(_ launch: Launch) -> [SpeedKnob] {
        let settings = launch.algorithm
        var knobs: [SpeedKnob] = []
        func add(
            _ key: String, _ value: Int, least: Int, _ path: WritableKeyPath<AlgorithmSettings, Int>
        ) {
            let half = max(least, value / 2)
            guard half < value else { return }
            var other = launch
            other.algorithm[keyPath: path] = half
            knobs.append(SpeedKnob(key: key, value: "\(value)", tried: "\(half)", launch: other))
        }
        add("critic.batch_size", settings.critic.batchSize, least: 16, \.critic.batchSize)
        add(
            "critic.critic_ensemble_size", settings.critic.ensembleSize,
            least: settings.critic.subsampleSize, \.critic.ensembleSize)
        add("critic.hidden", settings.critic.hidden, least: 32, \.critic.hidden)
        let optimisation = settings.optimisation
        if optimisation.optimiser != .none, !optimisation.growsCandidates {
            add(
                "optimisation.num_base_policy_actions", optimisation.baseActions,
                least: optimisation.optimiser.ranks ? optimisation.keptActions : 1,
                \.optimisation.baseActions)
        }
        if optimisation.optimiser.ranks {
            add(
                "optimisation.num_actions_to_keep", optimisation.keptActions, least: 1,
                \.optimisation.keptActions)
        }
        if optimisation.optimiser.climbs {
            add("optimisation.num_steps", optimisation.steps, least: 1, \.optimisation.steps)
        }
        var other = launch
        other.algorithm.policy = settings.policy.sampling(in: .half)
        if other.algorithm.policy.samplesInHalf, !settings.policy.samplesInHalf {
            knobs.append(
                SpeedKnob(
                    key: "policy.sampling_precision", value: "single", tried: "half", launch: other)
            )
        }
        return knobs
    }
}
