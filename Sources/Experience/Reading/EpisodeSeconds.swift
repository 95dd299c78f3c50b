/// How long an episode was, by the robot's clock, s.
struct EpisodeSeconds {
    /// From its start record to its end: driving home and scene reset included.
    var robot = 0.0
    /// From its first step on.
    var steps = 0.0
}
