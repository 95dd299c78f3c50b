import Platform

/// One number beside a progress bar, such as the success so far.
public struct ProgressFigure: Sendable, Equatable {
    /// What it is, with its number: `success 47 %`.
    public let text: String

    /// A figure that is already text.
    public init(_ text: String) { self.text = text }

    /// A named number with about three significant digits, such as a Q value or a loss.
    public static func value(_ name: String, _ value: Double) -> ProgressFigure {
        ProgressFigure("\(name) \(NumberText.short(value))")
    }

    /// A named number of things, such as episodes.
    public static func count(_ name: String, _ value: Int) -> ProgressFigure {
        ProgressFigure("\(name) \(NumberText.count(value))")
    }

    /// A named fraction, in percent.
    public static func fraction(_ name: String, _ value: Double) -> ProgressFigure {
        ProgressFigure("\(name) \(NumberText.wholePercent(value)) %")
    }
}
