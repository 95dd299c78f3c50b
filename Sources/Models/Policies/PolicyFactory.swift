import Neural
import Recipe

/// Makes the policies that settings can name: in `Models` the one place where classes are told apart.
public enum PolicyFactory {
    /// The mathematics of the named kind, for chunks of `horizon` steps.
    public static func network(
        observationCount: Int, actionCount: Int, horizon: Int = 1, settings: PolicySettings
    ) -> any PolicyNetwork {
        switch settings {
        case .diffusion(let shape):
            DiffusionNetwork(
                observationCount: observationCount, actionCount: actionCount, horizon: horizon,
                settings: shape)
        case .flow(let shape):
            FlowNetwork(
                observationCount: observationCount, actionCount: actionCount, horizon: horizon,
                settings: shape)
        case .oneStep(let shape):
            OneStepNetwork(
                observationCount: observationCount, actionCount: actionCount, horizon: horizon,
                settings: shape)
        case .gaussian(let shape):
            GaussianNetwork(
                observationCount: observationCount, actionCount: actionCount, horizon: horizon,
                settings: shape)
        case .transformer(let shape) where shape.head == .flow:
            FlowTransformer(
                observationCount: observationCount, actionCount: actionCount, horizon: horizon,
                settings: shape)
        case .transformer(let shape):
            MixtureNetwork(
                observationCount: observationCount, actionCount: actionCount, horizon: horizon,
                settings: shape)
        case .tokens(let shape):
            TokenNetwork(
                observationCount: observationCount, actionCount: actionCount, horizon: horizon,
                settings: shape)
        }
    }

    /// A fresh policy of the named kind, of chunks of `horizon` steps.
    public static func policy(
        observationCount: Int, actionCount: Int, horizon: Int = 1, settings: PolicySettings,
        training: PolicyTraining, key: RandomKey
    ) -> any TrainablePolicy {
        switch settings {
        case .diffusion(let shape):
            NetworkPolicy(
                network: DiffusionNetwork(
                    observationCount: observationCount, actionCount: actionCount, horizon: horizon,
                    settings: shape),
                abilities: settings.abilities, averageRate: training.ema, key: key)
        case .flow(let shape):
            NetworkPolicy(
                network: FlowNetwork(
                    observationCount: observationCount, actionCount: actionCount, horizon: horizon,
                    settings: shape),
                abilities: settings.abilities, averageRate: training.ema, key: key)
        case .oneStep(let shape):
            pathwise(
                OneStepNetwork(
                    observationCount: observationCount, actionCount: actionCount, horizon: horizon,
                    settings: shape),
                settings, training, key)
        case .gaussian(let shape):
            pathwise(
                GaussianNetwork(
                    observationCount: observationCount, actionCount: actionCount, horizon: horizon,
                    settings: shape),
                settings, training, key)
        case .transformer(let shape) where shape.head == .flow:
            NetworkPolicy(
                network: FlowTransformer(
                    observationCount: observationCount, actionCount: actionCount, horizon: horizon,
                    settings: shape),
                abilities: settings.abilities, averageRate: training.ema, key: key)
        case .transformer(let shape):
            NetworkPolicy(
                network: MixtureNetwork(
                    observationCount: observationCount, actionCount: actionCount, horizon: horizon,
                    settings: shape),
                abilities: settings.abilities, averageRate: training.ema, key: key)
        case .tokens(let shape):
            NetworkPolicy(
                network: TokenNetwork(
                    observationCount: observationCount, actionCount: actionCount, horizon: horizon,
                    settings: shape),
                abilities: settings.abilities, averageRate: training.ema, key: key)
        }
    }

    private static func pathwise<Network: PathwiseNetwork>(
        _ network: Network, _ settings: PolicySettings, _ training: PolicyTraining, _ key: RandomKey
    ) -> any TrainablePolicy {
        NetworkPolicy(
            network: network, abilities: settings.abilities, pathwise: network,
            averageRate: training.ema, key: key)
    }
}
