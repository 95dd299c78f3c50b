/// What an axis shows, before anyone knows the data.
public struct PlotAxis: Sendable {
    /// How values become positions.
    public enum Scale: Sendable { case linear, logarithmic }
    /// How tick labels are written.
    public enum Format: Sendable { case number, percent, duration }

    /// What stands beside it.
    public var label: String
    /// How values become positions.
    public var scale = Scale.linear
    /// How tick labels are written.
    public var format = Format.number
    /// Ends of the axis; where absent, the data's, widened to a tick.
    public var lower: Double?
    /// See `lower`.
    public var upper: Double?

    /// An axis that shows the data's range where no ends are given.
    public init(
        label: String, scale: Scale = .linear, format: Format = .number, lower: Double? = nil,
        upper: Double? = nil
    ) {
        self.label = label
        self.scale = scale
        self.format = format
        self.lower = lower
        self.upper = upper
    }
}
