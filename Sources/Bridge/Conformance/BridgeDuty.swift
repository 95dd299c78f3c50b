/// What every bridge owes its agent: the duties of `WireFormat.md`, one by one, as they are tested.
///
/// The raw value is the name that `hone bridge-test` prints. In the order of the test: first what cannot
/// move anything, last what moves the robot.
public enum BridgeDuty: String, Sendable, Equatable, CaseIterable {
    /// The handshake.
    case describes
    /// Another protocol or version.
    case refusesVersions = "refuses-versions"
    /// Agents of version 1.
    case servesVersionOne = "serves-version-1"
    /// The numbers of requests.
    case numbersAnswers = "numbers-answers"
    /// Requests that somebody gave up.
    case answersEach = "answers-each"
    /// Nobody commands at first.
    case startsDisabled = "starts-disabled"
    /// What a pose that is commanded means.
    case stays
    /// The unit of its times, and whose they are.
    case keepsTime = "keeps-time"
    /// Boot, sequence and times of samples.
    case numbersSamples = "numbers-samples"
    /// The stream of real time.
    case streams
    /// No more of them than were described.
    case keepsPace = "keeps-pace"
    /// Frames that cannot be right.
    case refusesDamage = "refuses-damage"
    /// Numbers that are none.
    case refusesNonFinite = "refuses-non-finite"
    /// Messages that cannot be read.
    case refusesNonsense = "refuses-nonsense"
    /// Keys that are not on its list.
    case refusesKeys = "refuses-keys"
    /// Connections of strangers.
    case withstandsStrangers = "withstands-strangers"
    /// Commander by start and release.
    case starts
    /// One commander.
    case oneCommander = "one-commander"
    /// Whom the running session's number makes a commander.
    case guardsSession = "guards-session"
    /// What onlookers see of the session.
    case hidesSession = "hides-session"
    /// Epochs that only rise.
    case fencesEpochs = "fences-epochs"
    /// Recorded starts.
    case refusesReplays = "refuses-replays"
    /// Starts of another robot.
    case knowsItself = "knows-itself"
    /// Sequences that only rise.
    case fencesSequences = "fences-sequences"
    /// Commands that are too old.
    case refusesExpired = "refuses-expired"
    /// One sample for a command.
    case keepsStep = "keeps-step"
    /// One command, the newest.
    case queuesOne = "queues-one"
    /// Nobody commands any more.
    case brakes
    /// After braking.
    case resumes
    /// Stop by anybody, at any time.
    case stops
    /// What a stop needs to end.
    case latchesStops = "latches-stops"
    /// A commander whose connection is gone.
    case notesDeath = "notes-death"
    /// A commander that says nothing.
    case endsSilence = "ends-silence"
    /// The operator's −1…1.
    case scalesOperator = "scales-operator"
    /// Commands and samples while the scene is put in order.
    case resets
    /// Following a small motion.
    case follows
    /// Its own limits.
    case checksLimits = "checks-limits"
    /// Braking in motion.
    case brakesInMotion = "brakes-in-motion"

    /// Which schedule a duty is one of.
    public enum Schedule: Sendable, Equatable {
        /// Of both.
        case any
        /// Only where time passes by itself.
        case realtime
        /// Only where a command moves time.
        case lockstep
    }

    /// The duty as one sentence.
    public var sentence: String {
        switch self {
        case .describes: "answers hello with a description of a robot that can be"
        case .refusesVersions: "refuses the hello of another protocol or version"
        case .servesVersionOne: "serves an agent of version 1 as such a bridge would"
        case .numbersAnswers: "an answer carries its request's number, and a frame's error none"
        case .answersEach: "every request is answered once, also when several wait"
        case .startsDisabled: "obeys no command before a start"
        case .stays: "commanded to stay where it measures, it stays there"
        case .keepsTime: "its times are nanoseconds of a monotonic clock that runs with robot time"
        case .numbersSamples:
            "samples carry the boot of the description, and a sequence and a capture time that rise"
        case .streams: "samples come at the command rate, to every peer that said hello"
        case .keepsPace: "sends its commander at most twice the samples that it describes"
        case .refusesDamage: "refuses truncated, mislabelled and damaged frames as malformed"
        case .refusesNonFinite: "refuses commands with a number that is not finite as malformed"
        case .refusesNonsense: "answers messages that cannot be read with malformed, and continues"
        case .refusesKeys: "where connections are encrypted, admits no key that is not on its list"
        case .withstandsStrangers:
            "serves its peers while strangers connect, say nothing or send garbage"
        case .starts: "a start makes a commander, a release ends the command and disables the robot"
        case .oneCommander: "obeys one commander: other sessions and other connections are busy"
        case .guardsSession:
            "takes the running session's start from another connection with its token alone"
        case .hidesSession: "samples to peers that do not command say neither session nor epoch"
        case .fencesEpochs: "refuses an epoch that does not rise, and commands of another epoch"
        case .refusesReplays: "a recorded start changes nothing, not even after release"
        case .knowsItself: "refuses a start that means another robot"
        case .fencesSequences:
            "refuses a command whose sequence does not rise, and acknowledges truly"
        case .refusesExpired: "refuses commands valid for no time, or too old when they arrive"
        case .keepsStep: "a command moves time by one period and brings exactly one sample"
        case .queuesOne: "keeps one command, the newest: a burst is not played back"
        case .brakes: "stops by itself (watchdog) when the last command's validity has passed"
        case .resumes: "continues with the next valid command after it braked by itself"
        case .stops: "stops for anybody, commander or not, started or not, again and again"
        case .latchesStops: "a requested stop holds against valid commands until a new start"
        case .notesDeath: "a commander whose connection is gone can be followed at once"
        case .endsSilence: "a commander silent for 3 s can be followed, one that speaks cannot"
        case .scalesOperator: "an operator's action lies within −1…1 on every axis"
        case .resets: "samples stream and commands are obeyed during a reset as at any other time"
        case .follows: "follows a small motion within its limits"
        case .checksLimits: "does not carry out a set-point beyond its own limits"
        case .brakesInMotion: "in motion too it brakes by itself, with a deceleration it can bear"
        }
    }

    /// Where the duty exists.
    public var schedule: Schedule {
        switch self {
        case .streams, .keepsPace, .hidesSession, .refusesExpired, .queuesOne, .brakes, .resumes,
            .endsSilence,
            .brakesInMotion:
            .realtime
        case .keepsStep: .lockstep
        default: .any
        }
    }

    /// The first version of the messages in which a bridge owes it.
    public var sinceVersion: Int {
        switch self {
        case .servesVersionOne, .numbersAnswers, .answersEach, .knowsItself: 2
        default: 1
        }
    }

    /// Whether its test moves the robot.
    ///
    /// Resets do not: they put the scene in order.
    public var needsMotion: Bool {
        switch self {
        case .follows, .checksLimits, .brakesInMotion: true
        default: false
        }
    }

    /// Whether its test sends commands to a robot that obeys them, so that it must stay where it is
    /// commanded to.
    public var needsStaying: Bool {
        guard let index = Self.allCases.firstIndex(of: self),
            let first = Self.allCases.firstIndex(of: .stays)
        else { return false }
        switch self {
        case .streams, .refusesDamage, .refusesNonFinite, .refusesNonsense, .refusesKeys,
            .keepsTime,
            .withstandsStrangers:
            return false
        default: return index > first
        }
    }
}
