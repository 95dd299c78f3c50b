/// What the products are made in by which a policy's candidates are sampled.
public enum SamplingPrecision: String, Sendable, Equatable, CaseIterable {
    /// 32 bits, as everything else.
    case single
    /// 16 bits where the processor multiplies those, and the trunk's width is a multiple of 64; else single.
    case half
}
