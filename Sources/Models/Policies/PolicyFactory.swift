import Neural
import Recipe

/// Makes the policies that settings can name: the one place where classes are told apart.
public enum PolicyFactory {
    /// The mathematics of the named kind.
    public static func network(
        observationCount: Int, actionCount: Int, settings: PolicySettings
    ) -> any PolicyNetwork {
        switch settings {
        case .diffusion(let shape):
            DiffusionNetwork(
                observationCount: observationCount, actionCount: actionCount, settings: shape)
        case .gaussian(let shape):
            GaussianNetwork(
                observationCount: observationCount, actionCount: actionCount, settings: shape)
        }
    }

    /// A fresh policy of the named kind.
    public static func policy(
        observationCount: Int, actionCount: Int, settings: PolicySettings,
        training: PolicyTraining, key: RandomKey
    ) -> any Policy {
        func build<Network: PolicyNetwork>(_ network: Network) -> any Policy {
            NetworkPolicy(network: network, averageRate: training.ema, key: key)
        }
        return build(
            network(
                observationCount: observationCount, actionCount: actionCount, settings: settings))
    }
}
