import Embodiment

/// One action of a planned chunk, and whose it is.
public struct PlannedAction: Sendable {
    /// −1…1 per axis.
    public var action: Action
    /// Who chose it.
    public var source: ActionSource
    /// Version of the weights that chose it.
    public var version: UInt32
    /// What made it.
    public var record: DecisionRecord
    /// The tick that asked for it.
    public var askedTick: UInt64
    /// It is the first that its chunk gives.
    public var isFirst: Bool
}
