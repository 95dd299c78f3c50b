import Neural

/// One shard of a critic update: everything that its loss depends on.
///
/// Views into the learner's memory and the shard's scratch. b rows, P policy actions per row and end.
struct CriticStep {
    /// The critic's, online.
    var parameters: UnsafePointer<Float>
    /// Of the shard.
    var rows: CriticRows
    /// Policy actions at s′, [b·P, A].
    var next: PolicyActions
    /// Policy actions at s, [b·P, A].
    var current: PolicyActions
    /// y, [b].
    var targets: UnsafePointer<Float>
    /// Rows of the whole batch.
    var batch: Int
    /// Number of the shard's first row in it.
    var firstRow: Int
    /// With the conservative term.
    var isConservative = true
    /// Of the random actions and of the draw of members.
    var key: RandomKey
}
