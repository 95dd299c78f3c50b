/// What a policy update after imitation teaches the policy, where it does not climb the critic.
public enum PolicySupervision: Sendable, Equatable {
    /// Actions that the critic has improved, PA-RL.
    case optimised
    /// What was executed in successful episodes, all the same; frontier's R10, EXPO-FT.
    case successes
    /// What was executed, the more the better it was than its state was worth; frontier's R8, AWR (arXiv 1910.00177).
    ///
    /// Draws no candidate. Needs implicit Q-learning, which knows what a state is worth.
    case advantages
}
