/// The shape of a one-step policy and of the flow that it is distilled from; `Learning/Algorithm.md` 4.5.
public struct OneStepSettings: Sendable, Equatable {
    /// The flow; the one-step network has the same shape.
    public var flow = FlowSettings()
    /// α: what its distance from the flow counts beside the critic's value; without a value it changes nothing.
    public var distillWeight = 10.0

    /// The usual configuration.
    public init() {}

    /// The usual configuration with another flow.
    public init(flow: FlowSettings, distillWeight: Double = 10) {
        self.flow = flow
        self.distillWeight = distillWeight
    }
}
