public import Embodiment

extension SensorSample {
    /// What peers that do not command are sent: whose robot it is, is the commander's business.
    ///
    /// Without a session and an epoch nobody can be mistaken for the commander by what he has seen.
    public var seenByOnlookers: SensorSample {
        var sample = self
        (sample.session, sample.epoch) = (0, 0)
        return sample
    }
}
