import Recipe

/// Settings of the embedded simulator.
public struct SimulationSettings: Sendable, Equatable {
    /// The world that evaluation and fine-tuning happen in; demonstrations are always of the lab.
    public var variant: SimulationVariant
    /// Scale of the scripted demonstrator's noise: 0 perfect, 1 human-like.
    public var noise: Double
}
