/// Action optimisation; `Learning/Algorithm.md` 2, published names and values.
public struct OptimisationSettings: Sendable, Equatable {
    /// `num_base_policy_actions` N.
    public var baseActions = 32
    /// `num_actions_to_keep` K.
    public var keptActions = 10
    /// `num_steps` G.
    public var steps = 10
    /// `step_size` η, in the policy's normalised action space.
    public var stepSize = 3e-4
    /// Standard deviations of the ensemble that candidates' scores are lowered by; 0 as published.
    public var pessimism = 0.0
    /// Temperature β of the distillation draw; 0 is arg-max.
    public var distillTemperature = 1.0
    /// Global re-ranking on (ablation switch).
    public var useGlobal = true
    /// Local gradient steps on (ablation switch).
    public var useLocal = true

    /// The published configuration.
    public init() {}
}
