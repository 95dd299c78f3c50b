import Neural
import Recipe

/// What acts and is improved: all that PA-RL needs to know of a policy.
///
/// Three calls: sample candidates, one step of learning, its state. What a class can do beyond is
/// `abilities`, asked once where the policy is made; nothing outside this module asks which class stands
/// behind it. All actions are in the policy's space, −1…1 per axis; all observations are normalised. One
/// owner at a time: `sample` may run on several shards at once, `step` may not run beside anything.
public protocol TrainablePolicy: AnyObject {
    /// The sizes of what it is asked and answers.
    var shape: PolicyShape { get }
    /// What it can do beyond the three calls.
    var abilities: PolicyAbilities { get }

    /// Draws candidates from the acting (averaged) weights.
    ///
    /// Does not allocate. A request that it has not the ability for ends the process with the sentence of
    /// `SampleRequest.refusal`: whoever makes such requests asks before the first.
    ///
    /// - Parameters:
    ///   - request: at B observations, N candidates each.
    ///   - candidates: filled; [B·N, H·A].
    ///   - scratch: workspace of the calling shard.
    func sample(_ request: SampleRequest, into candidates: Candidates, scratch: Scratch)

    /// One step towards target chunks, along a critic's value, or both.
    ///
    /// Does not allocate after the first call. As `sample` for what it has not the ability for.
    ///
    /// - Parameters:
    ///   - batch: B rows.
    ///   - key: dropout, noise and diffusion times depend on it and on the row's number only.
    ///   - learningRate: of this step.
    ///   - workspace: the shards to work in.
    /// - Returns: the loss, mean over the batch, before the step: supervised less the weighted value.
    func step(
        _ batch: PolicyBatch, key: RandomKey, learningRate: Float, workspace: ShardedWorkspace
    ) -> Float

    /// Weights, averages, moments and step, by name: checkpoint and snapshot are views of it.
    var state: NamedTensors { get }

    /// Does what a shard does in `sample` and in `step`, and changes nothing: to measure the scratch they need.
    ///
    /// - Parameters:
    ///   - request: at as many observations as a shard may ever see.
    ///   - candidates: filled.
    ///   - batch: of as many rows as a shard may ever learn from.
    ///   - scratch: one that measures.
    func rehearse(
        _ request: SampleRequest, into candidates: Candidates, _ batch: PolicyBatch,
        scratch: Scratch)
}
