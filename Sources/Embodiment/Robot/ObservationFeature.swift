/// One scalar that the bridge reports beside the axes: an object's coordinate, a joint angle, a load.
public struct ObservationFeature: Sendable, Equatable {
    /// Unique name, such as `cup.x`.
    public var name: String
    /// Unit: `m`, `rad`, `N` or `1`.
    public var unit: String

    /// Creates a feature.
    public init(name: String, unit: String) {
        self.name = name
        self.unit = unit
    }
}
