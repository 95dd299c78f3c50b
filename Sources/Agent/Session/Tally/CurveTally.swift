import Configuration
import Report

/// The evaluations on the way so far.
struct CurveTally: Sendable, Equatable {
    /// One that is complete.
    private struct Point: Sendable, Equatable {
        var number: Int
        var successes: Int
        var episodes: Int
    }

    /// Number of the one in progress, from 1 as the launch's minutes count; nil between two.
    private(set) var open: Int?
    /// Robot time between two of them, minutes; nil where the launch wants none.
    private let minutes: Double?
    private var points: [Point] = []
    /// Episodes of all of them that began.
    private var episodes: UInt32 = 0

    /// Number of their first episode: far behind those of any other, so that these are numbered as if nobody had evaluated.
    static let firstEpisode: UInt32 = 1_000_000

    init(_ settings: EvaluationPointSettings?) { minutes = settings?.everyMinutes }

    /// Number of the one that was completed last; 0 for none.
    var last: Int { points.last?.number ?? 0 }

    /// Number of their next episode.
    var nextEpisode: UInt32 { Self.firstEpisode + episodes }

    /// An episode of theirs begins.
    mutating func begin(episode number: UInt32) {
        guard number >= Self.firstEpisode else { return }
        episodes = max(episodes, number - Self.firstEpisode + 1)
    }

    /// One begins.
    mutating func begin(_ number: Int) { open = number }

    /// It is complete, and came to this.
    mutating func end(_ tally: EvaluationTally) {
        guard let number = open else { return }
        open = nil
        points.append(
            Point(number: number, successes: tally.successes, episodes: tally.done))
    }

    /// Number of the first decision of an evaluation episode on the way.
    ///
    /// Of those that are in no other episode: decisions in training are numbered, and so drawn, as if nobody had
    /// evaluated meanwhile. Sessions that differ in what they learn draw the same here.
    static func firstDecision(point: Int, index: Int) -> UInt64 {
        UInt64(point) << 40 | UInt64(index) << 20
    }

    /// Success over the robot minutes, from before the online part to behind it; nil where none was wanted on the way.
    ///
    /// - Parameter report: has what was evaluated before and after, and the robot's time.
    func records(with report: SessionReport) -> [CurvePoint]? {
        guard let minutes else { return nil }
        func ends(_ rate: SuccessRate?, at minutes: Double) -> [CurvePoint] {
            guard let rate, rate.episodes > 0 else { return [] }
            return [
                CurvePoint(
                    robotMinutes: minutes, successes: rate.successes, episodes: rate.episodes)
            ]
        }
        return ends(report.successBefore, at: 0)
            + points.map {
                CurvePoint(
                    robotMinutes: Double($0.number) * minutes, successes: $0.successes,
                    episodes: $0.episodes)
            } + ends(report.successAfter, at: report.robotMinutes)
    }
}
