/// Where the offline share of a policy batch comes from; `Learning/Algorithm.md` 1.3.
public enum PolicyMixing: String, Sendable, Equatable, CaseIterable {
    /// `mixing_ratio`, as for the critic: image and robot tasks.
    case fixed
    /// In proportion to the sizes of the two stores: D4RL.
    case proportional
}
