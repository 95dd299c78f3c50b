import Control
import Embodiment
import Experience

extension TickRecord {
    /// What a tick's report becomes in the log.
    public init(_ report: TickReport) {
        self.init(
            command: report.command.sequence, sample: report.command.basedOnSample,
            episode: report.episode, verdict: UInt32(report.verdict.cause.rawValue),
            latenessNanoseconds: report.latenessNanoseconds, proposed: report.proposed,
            commanded: report.command.position, measured: report.measured, origin: report.origin,
            observationAgeNanoseconds: report.observationAgeNanoseconds,
            acknowledged: report.acknowledged, limitedAxes: report.verdict.limitedAxes,
            acting: report.acting)
    }
}
