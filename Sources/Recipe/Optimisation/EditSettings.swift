/// The bounded edit policy of the optimisers that edit; `Learning/Algorithm.md` 2.5.
public struct EditSettings: Sendable, Equatable {
    /// s: an edit is at most this much per axis, in the policy's −1…1; less where contact is fine.
    public var scale = 0.2
    /// Width of each of its hidden layers: two, or three where an action has more than 32 numbers.
    public var hidden = 128
    /// α: what its entropy counts beside the value; where it is tuned, what that begins with.
    public var alpha = 0.01
    /// Whether α follows the entropy −n/2 of an action of n numbers.
    public var tunesAlpha = false
    /// Learning rate.
    public var learningRate = 3e-4
    /// Critic updates from one of its own to the next.
    public var every = 4
    /// Training episodes before its first update.
    public var startEpisode = 10
    /// The value is divided by the mean size that it has over the batch.
    public var normalisesValue = true

    /// The usual configuration.
    public init() {}
}
