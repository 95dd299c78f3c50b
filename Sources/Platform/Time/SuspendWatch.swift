/// Notices that the machine was suspended: that its clock stood still while the world went on.
///
/// The clock by which everything goes does not count that time, so nothing looks late afterwards: a sample is as young
/// as before, a command as valid. A value; any thread; no allocation.
public struct SuspendWatch: Sendable {
    /// What is no suspension yet: two readings differ by less.
    public static let tolerance = Duration.milliseconds(10)

    private var last: Duration?

    /// Nothing has been read.
    public init() {}

    /// Takes a reading.
    ///
    /// - Parameter total: `Clock.suspended`.
    /// - Returns: how long the machine was suspended since the last reading; nil where it was not, and for the first.
    public mutating func take(_ total: Duration) -> Duration? {
        defer { last = total }
        guard let last, total - last > Self.tolerance else { return nil }
        return total - last
    }
}
