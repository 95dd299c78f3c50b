/// What became of an observation: the actions that were chosen, and whose they are.
///
/// A value; made by the policy loop's thread, carried out by the tick's.
public struct Decision: Sendable, Equatable {
    /// What is to be done.
    public var chosen: ActionChunk
    /// Version of the weights that chose; 0 when none did.
    public var version: UInt32
    /// The critic's value of the choice, less the pessimism of the settings; nil where none was asked.
    public var value: Float?
    /// Who chose.
    public var source: ActionSource
    /// How long it took on the robot's clock, ns; 0 in lockstep, where time waits for it.
    public var nanoseconds: UInt64

    /// Creates a decision.
    public init(
        chosen: ActionChunk, version: UInt32, value: Float?, source: ActionSource = .policy,
        nanoseconds: UInt64 = 0
    ) {
        self.chosen = chosen
        self.version = version
        self.value = value
        self.source = source
        self.nanoseconds = nanoseconds
    }

    /// The first action that was chosen.
    public var action: Action { chosen[0] }

    /// A decision of one action.
    public init(action: Action, version: UInt32, value: Float?) {
        self.init(chosen: ActionChunk(action), version: version, value: value)
    }
}
