import Platform

/// Success over the robot minutes of a session, and what is read from it.
///
/// A plain value; any thread.
public struct SuccessCurve: Sendable, Equatable {
    /// Evaluations in the order of their minutes.
    public let points: [CurvePoint]

    /// Rates whose minutes are told, 0…1.
    public static let marks = [0.5, 0.75, 0.9]

    /// A curve through some evaluations; those without an episode say nothing.
    public init(_ points: [CurvePoint]) {
        self.points = points.filter { $0.episodes > 0 && $0.successes <= $0.episodes }
            .sorted { $0.robotMinutes < $1.robotMinutes }
    }

    /// The curve of a session; of one that did not evaluate on the way its two ends.
    public init(of report: SessionReport) {
        guard let points = report.curve else {
            let ends = [(0, report.successBefore), (report.robotMinutes, report.successAfter)]
            self.init(
                ends.compactMap { minutes, rate in
                    rate.map {
                        CurvePoint(
                            robotMinutes: minutes, successes: $0.successes, episodes: $0.episodes)
                    }
                })
            return
        }
        self.init(points)
    }

    /// Minutes of the first evaluation whose success reaches a rate, 0…1; nil where none does.
    public func minutes(to rate: Double) -> Double? {
        points.first { Double($0.successes) >= rate * Double($0.episodes) }?.robotMinutes
    }

    /// Mean success over the time between the first and the last evaluation, 0…1: the area under the straight lines between
    /// neighbours, by the time; nil for less than two.
    public var area: Double? {
        guard let first = points.first, let last = points.last,
            last.robotMinutes > first.robotMinutes
        else { return nil }
        let area = zip(points, points.dropFirst()).reduce(0.0) { sum, pair in
            let (left, right) = pair
            return sum + (left.success.rate + right.success.rate) / 2
                * (right.robotMinutes - left.robotMinutes)
        }
        return area / (last.robotMinutes - first.robotMinutes)
    }

    /// Such as `50 % at 0, 75 % at 10, 90 % not reached`.
    public var marksText: String {
        Self.marks.map { mark in
            let minutes = minutes(to: mark).map { "at \(NumberText.trimmed($0, decimals: 1)) min" }
            return "\(NumberText.wholePercent(mark)) % \(minutes ?? "not reached")"
        }.joined(separator: ", ")
    }
}
