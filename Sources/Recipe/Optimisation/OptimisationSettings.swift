/// Action optimisation; `Learning/Algorithm.md` 2, published names and values.
public struct OptimisationSettings: Sendable, Equatable {
    /// How one action is made of the candidates.
    public var optimiser = OptimiserKind.gradient
    /// `num_base_policy_actions` N.
    public var baseActions = 32
    /// N follows the training episodes there are, instead of `baseActions`: a critic of few misjudges the best of many.
    public var growsCandidates = false
    /// Candidate 0 is the policy's mode: sampled without noise.
    public var zeroNoiseCandidate = false
    /// `num_actions_to_keep` K, of the optimisers that rank.
    public var keptActions = 10
    /// `num_steps` G, of the optimisers with gradient steps.
    public var steps = 10
    /// `step_size` η, in the policy's normalised action space.
    public var stepSize = 3e-4
    /// Standard deviations of the ensemble that candidates' scores are lowered by; 0 as published.
    public var pessimism = 0.0
    /// Temperature β of the distillation draw; 0 is arg-max.
    public var distillTemperature = 1.0
    /// Temperature β of `vgps`; 0 is arg-max.
    public var vgpsTemperature = 1.0
    /// `mean` takes the candidates whose axes are all within this distance of the best one's.
    public var meanRadius = 0.3
    /// The edit policy, of the optimisers that edit.
    public var edit = EditSettings()

    /// The published configuration.
    public init() {}

    /// N of the optimiser, the largest it may come to.
    public var candidateCount: Int { candidateCount(after: .max) }

    /// N after so many training episodes.
    public func candidateCount(after episodes: Int) -> Int {
        if optimiser == .none { return 1 }
        guard growsCandidates else { return max(1, baseActions) }
        return episodes < 300 ? 4 : episodes < 1000 ? 8 : 16
    }
}
