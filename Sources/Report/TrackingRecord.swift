import Embodiment
import Platform

/// How one axis followed a motion that was played again.
public struct TrackingRecord: Codable, Sendable, Equatable {
    /// The axis.
    public var axis: String
    /// Unit of the figures.
    public var unit: String
    /// Root mean square of measured less commanded position, one tick after the command.
    public var rms: Double
    /// Its largest magnitude.
    public var maximum: Double
    /// Largest distance of a command from the motion's set-point: what limits and guardian made of it.
    public var gap: Double

    /// One axis, in its unit.
    public init(axis: String, unit: String, rms: Double, maximum: Double, gap: Double) {
        self.axis = axis
        self.unit = unit
        self.rms = rms
        self.maximum = maximum
        self.gap = gap
    }

    /// For a line of text.
    public var text: String {
        "rms \(NumberText.short(rms)), max \(NumberText.short(maximum)) \(unit); "
            + "commands at most \(NumberText.short(gap)) \(unit) from the log"
    }
}
