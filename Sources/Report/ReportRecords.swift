import Embodiment
import Platform

/// One training episode in the report.
public struct EpisodeRecord: Codable, Sendable, Equatable {
    /// Number of the training episode, from 1.
    public var episode: Int
    /// How it ended.
    public var outcome: EpisodeOutcome
    /// Sum of rewards, not discounted.
    public var `return`: Double
    /// Policy steps.
    public var length: Int
    /// Version of the weights that acted at its first step.
    public var policyVersion: Int
    /// Q of the first observation and executed action when it was taken; `nil` without a critic.
    public var qStart: Double?
    /// The discounted Monte-Carlo return of the first step, as training uses it; `nil` if unknown.
    public var monteCarloReturn: Double?

    /// One training episode.
    public init(
        episode: Int, outcome: EpisodeOutcome, return: Double, length: Int, policyVersion: Int,
        qStart: Double? = nil, monteCarloReturn: Double? = nil
    ) {
        self.episode = episode
        self.outcome = outcome
        self.return = `return`
        self.length = length
        self.policyVersion = policyVersion
        self.qStart = qStart
        self.monteCarloReturn = monteCarloReturn
    }
}

/// One evaluation in the report: a block of episodes from start states never trained on.
public struct EvaluationRecord: Codable, Sendable, Equatable {
    /// What was evaluated, such as `before` or `after`.
    public var name: String
    /// Training episodes finished before it.
    public var afterEpisodes: Int
    /// Version of the weights.
    public var policyVersion: Int
    /// What came out.
    public var success: SuccessRate
    /// Mean sum of rewards.
    public var meanReturn: Double
    /// Mean number of policy steps.
    public var meanLength: Double

    /// One evaluation.
    public init(
        name: String, afterEpisodes: Int, policyVersion: Int, success: SuccessRate,
        meanReturn: Double, meanLength: Double
    ) {
        self.name = name
        self.afterEpisodes = afterEpisodes
        self.policyVersion = policyVersion
        self.success = success
        self.meanReturn = meanReturn
        self.meanLength = meanLength
    }
}

/// What the learner measured at one update; a series of these is thinned, not averaged.
public struct UpdateRecord: Codable, Sendable, Equatable {
    /// Updates of any kind since the session began; strictly increasing in a series.
    public var update: Int
    /// Name of the stage it belongs to.
    public var stage: String
    /// The critic's whole loss.
    public var criticLoss: Double?
    /// Its temporal-difference part.
    public var tdLoss: Double?
    /// Its conservative (Cal-QL) part, before the factor `cql_alpha`.
    public var conservativeLoss: Double?
    /// The policy's loss, imitation or distillation.
    public var policyLoss: Double?
    /// Mean Q of the batch's actions.
    public var qMean: Double?
    /// Smallest Q of the batch's actions.
    public var qMinimum: Double?
    /// Largest Q of the batch's actions.
    public var qMaximum: Double?
    /// Mean age of the base policy's candidates, policy updates; where they are cached.
    public var candidateAge: Double?
    /// Share of their sets that this update drew anew; where they are cached.
    public var candidatesRedrawn: Double?

    /// One update; what was not measured stays `nil`.
    public init(
        update: Int, stage: String, criticLoss: Double? = nil, tdLoss: Double? = nil,
        conservativeLoss: Double? = nil, policyLoss: Double? = nil, qMean: Double? = nil,
        qMinimum: Double? = nil, qMaximum: Double? = nil
    ) {
        self.update = update
        self.stage = stage
        self.criticLoss = criticLoss
        self.tdLoss = tdLoss
        self.conservativeLoss = conservativeLoss
        self.policyLoss = policyLoss
        self.qMean = qMean
        self.qMinimum = qMinimum
        self.qMaximum = qMaximum
    }
}

/// How long one stage of the session took.
public struct StageRecord: Codable, Sendable, Equatable {
    /// What the stage is called.
    public var name: String
    /// Its wall time, s.
    public var wallSeconds: Double

    /// A stage and its wall time in seconds.
    public init(name: String, wallSeconds: Double) {
        self.name = name
        self.wallSeconds = wallSeconds
    }
}

/// A process that took the session over from one that had ended.
public struct ResumeRecord: Codable, Sendable, Equatable {
    /// Number of the episode it went on with.
    public var episode: Int
    /// Robot time since the session began, s.
    public var robotSeconds: Double
    /// How the process before it ended.
    public var cause: String

    /// A resumption at an episode.
    public init(episode: Int, robotSeconds: Double, cause: String) {
        self.episode = episode
        self.robotSeconds = robotSeconds
        self.cause = cause
    }
}

/// Something a person should know about: a stop, a hold, a rollback.
public struct EventRecord: Codable, Sendable, Equatable {
    /// What kind of event.
    public enum Kind: String, Codable, Sendable, CaseIterable {
        /// The robot was stopped and the episode aborted.
        case stop
        /// The robot was held in place for a while.
        case hold
        /// Weights were taken back.
        case rollback
        /// Weights were refused at the gate.
        case refusal
        /// Anything else worth a line.
        case note
    }

    /// What kind of event.
    public var kind: Kind
    /// Robot time since the session began, s.
    public var robotSeconds: Double
    /// Episode it fell into, counted over the session; `nil` between episodes.
    public var episode: Int?
    /// Why, in words.
    public var cause: String
    /// The guardian's cause, its code in the ticks of the log; `nil` where it was not the guardian.
    public var causeCode: Int?

    /// An event at a time in robot seconds.
    public init(
        kind: Kind, robotSeconds: Double, episode: Int? = nil, cause: String, causeCode: Int? = nil
    ) {
        self.kind = kind
        self.robotSeconds = robotSeconds
        self.episode = episode
        self.cause = cause
        self.causeCode = causeCode
    }
}

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
