/// The hard capacities of the path's fixed-size values.
///
/// Chosen once so that nothing on the tick allocates; a robot beyond them is refused when its YAML is read.
public enum Capacity {
    /// Command axes of one robot (a dual arm with grippers needs 14).
    public static let axes = 16
    /// Scalars a bridge may report beside the axes.
    public static let features = 128
    /// Command periods in which an axis must be able to brake, where braking is rolled out ahead.
    public static let brakingTicks = 512
}
