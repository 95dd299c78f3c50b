import Neural

/// What acts and is improved: all that PA-RL needs to know of a policy.
///
/// Three calls: sample candidates, one supervised step, a snapshot. Nothing outside this module
/// asks which class stands behind it. All actions are in the policy's space, −1…1 per axis;
/// all observations are normalised. One owner at a time: `sample` may run on several shards
/// at once, `update` and `load` may not run beside anything.
public protocol Policy: AnyObject {
    /// Scalars of one observation, O.
    var observationCount: Int { get }
    /// Scalars of one action, A.
    var actionCount: Int { get }

    /// Draws `count` actions for each observation from the acting (averaged) weights.
    ///
    /// Does not allocate.
    ///
    /// - Parameters:
    ///   - count: candidates per observation, N.
    ///   - observations: [B, O].
    ///   - actions: [B·N, A], contiguous; row b·N + j is candidate j of observation b.
    ///   - key: random numbers depend on it and on the row number only.
    ///   - firstRow: number of the first observation in the whole batch.
    ///   - scratch: workspace of the calling shard.
    func sample(
        _ count: Int, observations: Matrix, into actions: Matrix, key: RandomKey, firstRow: Int,
        scratch: Scratch)

    /// One supervised step towards target actions.
    ///
    /// - Parameters:
    ///   - observations: [B, O].
    ///   - targets: [B, A].
    ///   - key: dropout, noise and diffusion times depend on it and on the row number only.
    ///   - learningRate: of this step.
    ///   - workspace: the shards to work in.
    /// - Returns: the loss, mean over the batch, before the step.
    func update(
        observations: Matrix, targets: Matrix, key: RandomKey, learningRate: Float,
        workspace: ShardedWorkspace
    ) -> Float

    /// Floats of scratch that a shard of so many rows needs, generously.
    func scratchCount(rows: Int) -> Int

    /// Forgets the optimiser's moments; weights stay.
    func resetOptimiser()

    /// Floats in a snapshot of the acting weights.
    var snapshotCount: Int { get }
    /// Names of a snapshot's tensors.
    var snapshotLayout: ParameterLayout { get }
    /// Copies the acting weights out.
    func writeSnapshot(into snapshot: UnsafeMutablePointer<Float>)
    /// Everything a checkpoint keeps, by name: weights, averages, moments.
    var arenas: [(name: String, layout: ParameterLayout, arena: Arena)] { get }
    /// Optimiser steps since the last reset; part of a checkpoint.
    var optimiserStep: Int { get set }
    /// Recomputes what is derived from weights, after `arenas` were overwritten.
    func weightsChanged()
}

/// A policy with a density and a differentiable sample, which a critic's gradient can train directly.
public protocol ReparameterisedPolicy: Policy {
    /// Draws actions from the acting weights with their log-densities.
    ///
    /// - Parameters: as `sample`; `logDensities` is [B·N].
    func sample(
        _ count: Int, observations: Matrix, into actions: Matrix,
        logDensities: UnsafeMutablePointer<Float>, key: RandomKey, firstRow: Int, scratch: Scratch)

    /// One step of ascent along ∂value/∂action at the policy's own samples.
    ///
    /// - Parameters:
    ///   - observations: [B, O].
    ///   - key: of the samples.
    ///   - learningRate: of this step.
    ///   - workspace: the shards to work in.
    ///   - valueGradient: of (shard, rows, actions [b, A], ∂value/∂action [b, A] to fill, the
    ///     shard's scratch); returns the sum of values.
    /// - Returns: the mean value of the samples before the step.
    func ascend(
        observations: Matrix, key: RandomKey, learningRate: Float, workspace: ShardedWorkspace,
        valueGradient: (Int, Range<Int>, Matrix, Matrix, Scratch) -> Float
    ) -> Float
}
