import Platform

/// When an episode happened, on the robot's clock.
struct EpisodeTimes: Sendable {
    /// Its beginning, before the robot drove home.
    var began: MonotonicTime
    /// Its end, the robot at rest.
    var ended: MonotonicTime

    /// An episode that begins now.
    init(began: MonotonicTime) {
        self.began = began
        ended = began
    }

    /// Robot time it took, driving home and scene reset included, s.
    var seconds: Double { ended.seconds(since: began) }
}
