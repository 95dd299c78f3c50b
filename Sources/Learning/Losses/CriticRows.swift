import Neural

/// The rows of one critic update, normalised, with the policy's actions at both ends.
///
/// Views into the learner's memory; a shard takes `rows(_:)`.
struct CriticRows {
    /// [B, O].
    var observations: Matrix
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

    /// The view of a shard.
    func rows(_ range: Range<Int>) -> CriticRows {
        CriticRows(
            observations: observations.rows(range), actions: actions.rows(range),
            nextObservations: nextObservations.rows(range), rewards: rewards + range.lowerBound,
            masks: masks + range.lowerBound, returns: returns + range.lowerBound)
    }

    var count: Int { observations.rows }
}
