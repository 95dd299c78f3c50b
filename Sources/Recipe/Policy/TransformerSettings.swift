/// The shape of a transformer that answers with a whole chunk of continuous actions; `Learning/Algorithm.md` 4.7.
public struct TransformerSettings: Sendable, Equatable {
    /// The transformer.
    public var trunk = TrunkSettings()
    /// What its answer is read as.
    public var head = TransformerHead.mixture
    /// Components of a mixture.
    public var modes = 5
    /// Steps from noise to a chunk, of a flow.
    public var flowSteps = 10

    /// Hone's own.
    public init() {}

    /// Another size.
    public init(trunk: TrunkSettings, head: TransformerHead = .mixture) {
        self.trunk = trunk
        self.head = head
    }
}
