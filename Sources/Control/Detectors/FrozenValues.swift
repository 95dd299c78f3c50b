import Embodiment

/// Notices sensors that repeat themselves to the bit while the command moves.
///
/// At rest a robot may rightly repeat itself: samples of a command at rest begin the count anew.
/// A value; the tick's thread; no allocation.
struct FrozenValues: Sendable {
    private var position: AxisVector?
    private var features: FeatureVector?
    /// Position vectors in a row equal to the one before, while the command moved.
    private(set) var positions = 0
    /// The same of the features.
    private(set) var cameras = 0

    /// Nothing has been seen.
    init() {}

    /// Takes the next sample.
    ///
    /// - Parameter isMoving: the command moves.
    mutating func take(_ sample: SensorSample, isMoving: Bool) {
        positions = isMoving && position == sample.position ? positions + 1 : 0
        // A robot without cameras sees nothing that could stand still.
        let sees = sample.features.count > 0
        cameras = isMoving && sees && features == sample.features ? cameras + 1 : 0
        position = sample.position
        features = sample.features
    }
}
