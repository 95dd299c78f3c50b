/// What a critic's output is.
public enum CriticHead: String, Sendable, Equatable, CaseIterable {
    /// One number, squared error.
    case scalar
    /// HL-Gauss bins, cross-entropy; `Learning/Algorithm.md` 3.3.
    case distributional
    /// A share of the range of values, cross-entropy; `Learning/Algorithm.md` 3.9.
    case sigmoid
}
