import Foundation
import Platform

/// What a session did, in numbers: `report.json`, and what `report.html` is drawn from.
///
/// The keys are the property names in snake case. Equal inputs give equal bytes; the only members
/// that may differ between two lockstep runs of one seed are called `wall_seconds`, at any depth, and `learner_seconds`.
/// A value without identity; any thread may hold it.
public struct SessionReport: Codable, Sendable, Equatable {
    /// Keys that are always present, `null` where there is nothing to say.
    static let requiredKeys = [
        "task", "seed", "schedule", "success_before", "success_after", "robot_minutes",
        "wall_seconds", "episodes_trained", "transitions", "critic_updates", "policy_updates",
        "swaps", "rollbacks", "stops", "ticks", "ticks_late", "stages",
    ]

    /// The task, in the robot's or bridge's words.
    public var task: String
    /// The robot's name.
    public var robot: String
    /// The session's seed.
    public var seed: UInt64
    /// `realtime` or `lockstep`.
    public var schedule: String
    /// The preset the algorithm settings came from.
    public var preset: String
    /// The program and its version.
    public var version: String
    /// How the session ended; `completed` unless something cut it short.
    public var ended = "completed"

    /// Success of the policy the session began with.
    public var successBefore: SuccessRate?
    /// Success of the policy the session ended with.
    public var successAfter: SuccessRate?
    /// Robot time of the fine-tuning, driving home and scene resets included, minutes; without one,
    /// of the whole session.
    public var robotMinutes = 0.0
    /// Duration of the session, s.
    public var wallSeconds = 0.0
    /// Training episodes finished and admitted to the replay store.
    public var episodesTrained = 0
    /// Processor time of the process while it made the updates of fine-tuning, s; in real time with what its other
    /// threads took meanwhile.
    ///
    /// `nil` where there was none, and in older reports.
    public var learnerSeconds: Double?
    /// Transitions stored, demonstrations included.
    public var transitions = 0
    /// Critic updates, offline and online.
    public var criticUpdates = 0
    /// Policy updates, imitation and distillation.
    public var policyUpdates = 0
    /// Times new weights began to act.
    public var swaps = 0
    /// Times weights were taken back.
    public var rollbacks = 0
    /// New weights that were refused at the gate, by reason; `nil` where all passed.
    public var refusals: [String: Int]?
    /// Times the robot was stopped by the guardian, the bridge or a person.
    public var stops = 0
    /// Times the robot was held in place.
    public var holds = 0
    /// Control ticks.
    public var ticks = 0
    /// Ticks that began later than their deadline allows.
    public var ticksLate = 0
    /// Ticks of a policy in which a limit slowed an axis down; `nil` in older reports.
    public var ticksClipped: Int?
    /// Samples or transitions that found a full queue.
    public var samplesDropped = 0
    /// How late ticks began.
    public var tickLateness: LatencySummary?
    /// How long a decision of the policy took.
    public var policyLatency: LatencySummary?
    /// What the machine gave real time; `nil` in lockstep.
    public var realtime: RealtimeRecord?

    /// Stages in the order they ran.
    public var stages: [StageRecord] = []
    /// Training episodes in order.
    public var episodes: [EpisodeRecord] = []
    /// Evaluations in order.
    public var evaluations: [EvaluationRecord] = []
    /// Success over the robot minutes of fine-tuning, before and after it included; `nil` where it was not evaluated on
    /// the way.
    public var curve: [CurvePoint]?
    /// A thinned series of updates.
    public var updates: [UpdateRecord] = []
    /// Stops, holds, rollbacks and the like, in order.
    public var events: [EventRecord] = []
    /// How the robot followed a motion that was played again; `nil` where none was.
    public var tracking: [TrackingRecord]?
    /// Processes that took the session over, in order; `nil` when one lived through it all.
    public var resumes: [ResumeRecord]?
    /// The command of a session that is a part of the story: `record`, `pretrain`, `evaluate` or `run`.
    public var command: String?
    /// Success of `hone evaluate` and `hone run`, which have no before and after; `successAfter` is the same.
    public var success: SuccessRate?
    /// Demonstrations that `hone record` recorded, or `hone pretrain` learned from.
    public var demonstrations: DemonstrationRecord?
    /// What those that `hone pretrain` learned from show of each number.
    public var demonstrated: [RangeRecord]?
    /// What the figures could be taken for and are not, a sentence each; `nil` for nothing.
    public var caveats: [String]?

    /// A report with who and what filled in and every count at zero.
    public init(
        task: String, robot: String, seed: UInt64, schedule: String, preset: String,
        version: String
    ) {
        self.task = task
        self.robot = robot
        self.seed = seed
        self.schedule = schedule
        self.preset = preset
        self.version = version
    }
}

extension SessionReport {
    /// The report as one JSON value.
    public func jsonValue() throws(ReportError) -> JSONValue {
        let value = try RecordCoding.value(of: self)
        guard case .object(var members) = value else { return value }
        for key in Self.requiredKeys where members[key] == nil { members[key] = .null }
        return .object(members)
    }

    /// The bytes of `report.json` as text, ending in a newline.
    public func json() throws(ReportError) -> String {
        try jsonValue().pretty + "\n"
    }

    /// The report without wall times: equal for two lockstep runs of one seed, however often either
    /// was interrupted and resumed.
    public func fingerprint() throws(ReportError) -> String {
        try jsonValue().removing(key: "wall_seconds").removing(key: "learner_seconds")
            .removing(key: "resumes").pretty + "\n"
    }

    /// Reads a `report.json` back; `path` is for the error only.
    public init(json: Data, path: String = "report.json") throws(ReportError) {
        do {
            self = try RecordCoding.decoder.decode(SessionReport.self, from: json)
        } catch {
            throw ReportError.cannotRead(path: path, reason: JSONFault.words(of: error))
        }
    }
}
