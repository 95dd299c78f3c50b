/// What happens to the two directions.
public struct ChaosPlan: Sendable, Equatable {
    /// Commands.
    public var toBridge = ChaosRules()
    /// Samples.
    public var toPeer = ChaosRules()

    /// An honest wire both ways.
    public init() {}
}
