import Embodiment

/// The beginning of an episode.
public struct EpisodeStart: Sendable, Equatable {
    /// Episode number in the session, from 0.
    public var number: UInt32
    /// Seed of the start state.
    public var seed: UInt64
    /// What it is for.
    public var purpose: EpisodePurpose
    /// Who acts in it, at its start; nil in logs that do not have it.
    public var driver: Driver?

    /// Creates a beginning.
    public init(number: UInt32, seed: UInt64, purpose: EpisodePurpose, driver: Driver? = nil) {
        self.number = number
        self.seed = seed
        self.purpose = purpose
        self.driver = driver
    }
}

/// The end of an episode.
public struct EpisodeEnd: Sendable, Equatable {
    /// Episode number in the session, from 0.
    public var number: UInt32
    /// How it ended.
    public var outcome: EpisodeOutcome
    /// Transitions it has; a reader that finds fewer knows that some are lost.
    public var steps: UInt32

    /// Creates an end.
    public init(number: UInt32, outcome: EpisodeOutcome, steps: UInt32) {
        self.number = number
        self.outcome = outcome
        self.steps = steps
    }
}

/// What one control tick saw and sent.
public struct TickRecord: Sendable, Equatable {
    /// Sequence of the command that was sent; 0 for none.
    public var command: UInt64
    /// Sequence of the sample it was based on.
    public var sample: UInt64
    /// Episode number in the session.
    public var episode: UInt32
    /// The guardian's verdict, its code.
    public var verdict: UInt32
    /// How late the tick began, ns.
    public var latenessNanoseconds: UInt64
    /// Set-point before limits and guardian, axis unit; no axes when it is not recorded.
    public var proposed: AxisVector
    /// Set-point that was sent, axis unit.
    public var commanded: AxisVector
    /// Position that was measured, axis unit.
    public var measured: AxisVector
    /// Who moves the robot; nil in logs that have none of what follows.
    public var origin: MotionOrigin?
    /// Age of the sample, ns.
    public var observationAgeNanoseconds: UInt64
    /// Sequence of the last command that the bridge had applied when it sent the sample.
    public var acknowledged: UInt64
    /// Bit i: axis i moved slower than wished because of a limit.
    public var limitedAxes: UInt32
    /// Who acts in this tick; nil in logs that do not have it.
    public var acting: ActingParty?

    /// Creates a tick.
    public init(
        command: UInt64, sample: UInt64, episode: UInt32, verdict: UInt32,
        latenessNanoseconds: UInt64, proposed: AxisVector = AxisVector(count: 0),
        commanded: AxisVector, measured: AxisVector, origin: MotionOrigin? = nil,
        observationAgeNanoseconds: UInt64 = 0, acknowledged: UInt64 = 0, limitedAxes: UInt32 = 0,
        acting: ActingParty? = nil
    ) {
        self.command = command
        self.sample = sample
        self.episode = episode
        self.verdict = verdict
        self.latenessNanoseconds = latenessNanoseconds
        self.proposed = proposed
        self.commanded = commanded
        self.measured = measured
        self.origin = origin
        self.observationAgeNanoseconds = observationAgeNanoseconds
        self.acknowledged = acknowledged
        self.limitedAxes = limitedAxes
        self.acting = acting
    }
}

/// How much an event matters; the raw value is the wire's.
public enum EventLevel: UInt8, Sendable, Equatable, CaseIterable {
    /// For developers.
    case debug = 1
    /// Worth knowing.
    case info = 2
    /// Something was mended or dropped.
    case warning = 3
    /// Something failed.
    case error = 4
    /// The session ends.
    case fatal = 5
}

/// Something a person may want to read later.
public struct LogEvent: Sendable, Equatable {
    /// How much it matters.
    public var level: EventLevel
    /// Who speaks, such as `guardian` or `learner`.
    public var name: String
    /// One line.
    public var message: String

    /// Creates an event.
    public init(level: EventLevel, name: String, message: String) {
        self.level = level
        self.name = name
        self.message = message
    }
}

/// Named numbers of one moment of learning.
public struct MetricsRecord: Sendable, Equatable {
    /// One named number.
    public struct Scalar: Sendable, Equatable {
        /// Its name.
        public var label: String
        /// The number.
        public var value: Double

        /// Creates a named number.
        public init(label: String, value: Double) {
            self.label = label
            self.value = value
        }
    }

    /// Updates made when they were taken.
    public var update: UInt64
    /// In the order they are shown.
    public var scalars: [Scalar]

    /// Creates a set of named numbers.
    public init(update: UInt64, scalars: [Scalar]) {
        self.update = update
        self.scalars = scalars
    }
}

/// Anything a session log holds; what a producing thread records and a reader gives back.
public enum LogRecord: Sendable, Equatable {
    /// Topic `/episode`.
    case episodeStart(EpisodeStart)
    /// Topic `/transition`.
    case transition(Transition)
    /// Topic `/episode`.
    case episodeEnd(EpisodeEnd)
    /// Topic `/tick`.
    case tick(TickRecord)
    /// Topic `/event`.
    case event(LogEvent)
    /// Topic `/learner/metrics`.
    case metrics(MetricsRecord)
    /// Topic `/episode/label`.
    case label(EpisodeLabel)
}
