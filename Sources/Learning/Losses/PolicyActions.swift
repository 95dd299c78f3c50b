import Neural

/// The policy's actions for a shard's rows: one optimised action, or n samples with densities.
struct PolicyActions {
    /// [B·P, A].
    var actions: Matrix
    /// log π, [B·P]; nil without importance sampling.
    var densities: UnsafeMutablePointer<Float>?
}
