/// One kind of a sample's numbers: what a refusal or a verdict is about.
public enum SampleField: UInt8, Sendable, Equatable, CaseIterable {
    /// None of them.
    case none = 0
    /// The measured position of an axis.
    case position = 1
    /// The measured velocity of an axis.
    case velocity = 2
    /// The operator's action on an axis.
    case operatorAction = 3
    /// A feature.
    case feature = 4
}
