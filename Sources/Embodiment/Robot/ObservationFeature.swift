/// One scalar that the bridge reports beside the axes: an object's coordinate, a joint angle, a load.
public struct ObservationFeature: Sendable, Equatable {
    /// Unique name, such as `cup.x`.
    public var name: String
    /// Its unit.
    public var unit: AxisUnit

    /// Creates a feature.
    public init(name: String, unit: AxisUnit) {
        self.name = name
        self.unit = unit
    }
}
