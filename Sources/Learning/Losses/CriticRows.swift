import Neural

/// The rows of one critic update, normalised, with the policy's actions at both ends.
///
/// Views into the learner's memory; a shard takes `rows(_:)`. Where the critic judges windows of k > 1 steps, A is the
/// floats of a window, and the last of O scalars the share of its steps that were there.
struct CriticRows {
    /// [B, O].
    var observations: Matrix
    /// [B, O] with whole windows: where the policy's are judged.
    var asked: Matrix
    /// [B, A].
    var actions: Matrix
    /// [B, O].
    var nextObservations: Matrix
    /// [B].
    var rewards: UnsafeMutablePointer<Float>
    /// [B].
    var masks: UnsafeMutablePointer<Float>
    /// Monte-Carlo returns, [B].
    var returns: UnsafeMutablePointer<Float>
    /// γ^ℓ of windows of ℓ steps, [B]; nil where all are of one step.
    var discounts: UnsafeMutablePointer<Float>?

    /// The view of a shard.
    func rows(_ range: Range<Int>) -> CriticRows {
        CriticRows(
            observations: observations.rows(range), asked: asked.rows(range),
            actions: actions.rows(range),
            nextObservations: nextObservations.rows(range), rewards: rewards + range.lowerBound,
            masks: masks + range.lowerBound, returns: returns + range.lowerBound,
            discounts: discounts.map { $0 + range.lowerBound })
    }

    var count: Int { observations.rows }
}
