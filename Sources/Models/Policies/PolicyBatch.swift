import Neural
import Recipe

/// What one step of a policy learns from: B observations with target chunks, a critic's opinion, or both.
///
/// Views of memory that the caller owns; nothing is kept after the call.
public struct PolicyBatch {
    /// Fills ∂value/∂chunk [b, H·A] at a shard's own chunks [b, H·A] and sums the values.
    ///
    /// The arguments are the shard, its rows of the batch, the chunks, the gradients to fill and the
    /// shard's scratch. Called on the shards' threads.
    public typealias ValueGradient = (Int, Range<Int>, Matrix, Matrix, Scratch) -> ValueSums

    /// [B, O], normalised.
    public var observations: Matrix
    /// [B, H·A] what the policy should do; nil learns from the value alone.
    public var targets: Matrix?
    /// [B] of the rows' losses, mean 1; nil for ones.
    public var weights: UnsafePointer<Float>?
    /// [B, H] 0 for steps behind an episode's end; nil for ones.
    public var mask: Matrix?
    /// [B] steps of the targets that are given, not learned; nil for none.
    public var prefixLength: UnsafePointer<Int32>?
    /// What −∂value/∂chunk is weighted by; above 0 the policy must be pathwise.
    public var valueWeight: Float = 0
    /// The value is divided by its own mean size over the batch, without gradient.
    public var normalisesValue = false
    /// A critic's opinion of the policy's own chunks.
    public var valueGradient: ValueGradient?

    /// A supervised step with every row counting the same.
    public init(observations: Matrix, targets: Matrix) {
        self.observations = observations
        self.targets = targets
    }

    /// A step of ascent along a critic's value alone.
    public init(
        observations: Matrix, valueWeight: Float, valueGradient: @escaping ValueGradient
    ) {
        self.observations = observations
        self.valueWeight = valueWeight
        self.valueGradient = valueGradient
    }

    /// Why a policy cannot learn from it; nil where it can.
    public func refusal(by shape: PolicyShape, _ abilities: PolicyAbilities) -> PolicyRefusal? {
        if observations.columns != shape.observationCount {
            return .observation(found: observations.columns, expected: shape.observationCount)
        }
        if let targets, targets.columns != shape.chunkCount {
            return .chunk(found: targets.columns, expected: shape.chunkCount)
        }
        if prefixLength != nil, !abilities.prefix { return .prefix }
        if valueGradient != nil, !abilities.pathwise { return .pathwise }
        return nil
    }
}
