/// What a session came to, in the few numbers that sessions are compared by.
///
/// Keys as in `report.json`. A plain value; any thread.
public struct SessionFigures: Codable, Sendable, Equatable {
    /// Of the session.
    public var seed: UInt64
    /// Success of the policy it began with.
    public var successBefore: SuccessRate?
    /// Success of the policy it ended with.
    public var successAfter: SuccessRate?
    /// Success over its robot minutes, its two ends at least.
    public var curve: [CurvePoint]
    /// Robot time of fine-tuning, minutes.
    public var robotMinutes: Double
    /// Training episodes.
    public var episodesTrained: Int
    /// Critic updates, offline and online.
    public var criticUpdates: Int
    /// Policy updates, imitation and distillation.
    public var policyUpdates: Int
    /// Times weights were taken back.
    public var rollbacks: Int
    /// Times the robot was stopped.
    public var stops: Int
    /// Times the robot was held in place.
    public var holds: Int
    /// Control ticks.
    public var ticks: Int
    /// Those in which a limit slowed the policy down; nil of older sessions.
    public var ticksClipped: Int?
    /// Processor time of the updates of fine-tuning, s; nil of older sessions.
    public var learnerSeconds: Double?
    /// Duration of the session, s.
    public var wallSeconds: Double

    /// Those of a report.
    public init(of report: SessionReport) {
        seed = report.seed
        successBefore = report.successBefore
        successAfter = report.successAfter
        curve = SuccessCurve(of: report).points
        robotMinutes = report.robotMinutes
        episodesTrained = report.episodesTrained
        criticUpdates = report.criticUpdates
        policyUpdates = report.policyUpdates
        rollbacks = report.rollbacks
        stops = report.stops
        holds = report.holds
        ticks = report.ticks
        ticksClipped = report.ticksClipped
        learnerSeconds = report.learnerSeconds
        wallSeconds = report.wallSeconds
    }

    /// Success of the policy it ended with, 0…1.
    public var success: Double? { successAfter?.rate }
    /// Mean success over its robot time, 0…1.
    public var area: Double? { SuccessCurve(curve).area }
    /// Processor time of its updates for each minute of robot time, s.
    public var learnerSecondsPerMinute: Double? {
        guard let learnerSeconds, robotMinutes > 0 else { return nil }
        return learnerSeconds / robotMinutes
    }
    /// Share of its ticks in which a limit slowed the policy down, 0…1.
    public var clippedShare: Double? {
        guard let ticksClipped, ticks > 0 else { return nil }
        return Double(ticksClipped) / Double(ticks)
    }
}
