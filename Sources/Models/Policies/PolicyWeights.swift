/// One set of a network's parameters, with what `prepare` has derived from it.
///
/// Pointers into arenas that the caller owns.
public struct PolicyWeights {
    /// Of the network's layout.
    public let parameters: UnsafePointer<Float>
    /// `preparedCount` floats.
    public let prepared: UnsafePointer<Float>

    /// Both must be of the same set.
    public init(parameters: UnsafePointer<Float>, prepared: UnsafePointer<Float>) {
        self.parameters = parameters
        self.prepared = prepared
    }
}
