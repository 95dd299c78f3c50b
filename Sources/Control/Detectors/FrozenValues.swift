import Embodiment

/// Notices sensors that repeat themselves to the bit while the command moves.
///
/// At rest a robot may rightly repeat itself: samples of a command at rest begin the count anew.
/// A value; the tick's thread; no allocation.
struct FrozenValues: Sendable {
    private var position = AxisVector(count: 0)
    private var features = FeatureVector(count: 0)
    /// Position vectors in a row equal to the one before, while the command moved.
    private(set) var positions = 0
    /// The same of the features.
    private(set) var cameras = 0

    /// Nothing has been seen.
    init() {}

    /// Takes the next sample.
    ///
    /// - Parameters:
    ///   - isMoving: the command moves.
    ///   - isDriving: the command drives a base: what its cameras see changes at a constant velocity too,
    ///     the velocity itself need not.
    mutating func take(
        _ sample: @_addressable SensorSample, isMoving: Bool, isDriving: Bool = false
    ) {
        positions = isMoving && position == sample.position ? positions + 1 : 0
        // A robot without cameras sees nothing that could stand still.
        let sees = sample.features.count > 0
        cameras = (isMoving || isDriving) && sees && features == sample.features ? cameras + 1 : 0
        position.take(sample.position)
        features.take(sample.features)
    }
}
