/// What a number between two bins teaches a policy of kind `tokens`.
public enum TokenLabels: String, Sendable, Equatable, CaseIterable {
    /// Both, by how near they are: their mean is the number. A step of a critic's gradient is less than half a bin, and
    /// would be lost otherwise.
    case twoHot = "two_hot"
    /// The nearer one alone, as published.
    case nearest
}
