/// How much of what is learned when.
public struct ScheduleSettings: Sendable, Equatable {
    /// Imitation updates before anything else.
    public var imitationUpdates = 20_000
    /// Offline critic updates.
    public var offlineCriticUpdates = 20_000
    /// Share of offline rows in a critic batch, `mixing_ratio`.
    public var mixingRatio = 0.5
    /// How the offline share of a policy batch is found.
    public var policyMixing = PolicyMixing.fixed
    /// Critic updates per environment step, `critic_utd`.
    public var criticUTD = 1.0
    /// Policy updates per environment step, `base_policy_utd`.
    public var basePolicyUTD = 1.0
    /// Episodes collected before the first online update, `num_warmup_trajectories`.
    public var warmupEpisodes = 1
    /// Those episodes are acted by the optimised policy (published) or by the base policy alone.
    public var guidedWarmup = true
    /// Every second of them that the base policy alone acts is acted by its mode, without noise.
    public var noiselessWarmup = false
    /// Base-policy samples cached per stored state and refreshed by age; 0 is off.
    public var candidateCacheAge = 0
    /// Failed episodes get the floor r/(1−γ) as return (`push_failed_to_min`).
    public var failedToFloor = true
    /// A state in which the task can no longer be done is worth r/(1−γ); otherwise it bootstraps, as published.
    public var absorbsFailures = false
    /// Steps that each replay store holds; older ones give way.
    ///
    /// Memory of a store for O observed scalars and A axes: 4 · (O + A + 3) + 1 bytes a step, and as good as a step
    /// more for each episode's last observation. It is touched as the store fills, but by the wall clock, where the
    /// process' memory is locked, all of it at the start, with a sixteenth more for those ends.
    public var storeRows = 1_000_000

    /// The published configuration, with imitation and offline lengths of a state task on one robot.
    public init() {}
}
