/// The hard capacities of the path's fixed-size values.
///
/// Chosen once so that nothing on the tick allocates; a robot beyond them is refused when its YAML is read. Values of
/// this size are read in place and copied by what is in use: a robot of few axes does not pay for those of many.
public enum Capacity {
    /// Command axes of one robot: two arms with hands of 24 joints each need 62, a humanoid with hands some 50.
    public static let axes = 64
    /// Scalars a bridge may report beside the axes, and scalars that a policy may observe.
    public static let features = 1024
    /// Command periods in which an axis must be able to brake, where braking is rolled out ahead.
    public static let brakingTicks = 512
}

/// One element for each command axis that a robot may have, stored in place.
public typealias PerAxis<Element> = InlineArray<64, Element>
/// One bit for each command axis that a robot may have.
public typealias AxisBits = UInt64
