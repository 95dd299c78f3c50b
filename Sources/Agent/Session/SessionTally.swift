import Configuration
import Embodiment
import Experience
import Platform
import Report

/// Everything that a session counts: one fold over the records of its log.
///
/// A session that runs gives it each record as it happens; one that is resumed gives it the records of the log, and comes
/// to the same. It counts nothing that is not in the log. The order of records counts within the episodes' lane and
/// among the ticks, not between the two, for the log keeps no more than that. A plain value.
struct SessionTally: Sendable, Equatable {
    /// The stage that began last; empty before the first.
    private(set) var stage = ""
    /// Number of the next episode, but for those of evaluations on the way.
    private(set) var episodeNumber: UInt32 = 0
    /// Number of the next decision, but for those of evaluations on the way.
    private(set) var decisionNumber: UInt64 = 0
    /// Robot time lived, s: episodes with the way home before them, and motions outside of episodes; without evaluations
    /// on the way.
    private(set) var robotSeconds = 0.0
    /// What the episode in progress is for, or the last one was.
    private(set) var purpose: EpisodePurpose?
    /// What the robot showed last.
    private(set) var lastObservation: Observation?
    /// Of the demonstrations.
    private(set) var demonstrations = DemonstrationTally()
    /// Of the evaluation in progress, or of the last one until another stage begins.
    private(set) var evaluation = EvaluationTally()
    /// Of the online part.
    private(set) var training = TrainingTally()
    /// Of the evaluations on the way through it.
    private(set) var curve: CurveTally
    /// Times new weights began to act.
    private(set) var swaps = 0
    /// Times weights were taken back.
    private(set) var rollbacks = 0
    /// Ticks; where another thread makes them, as many as were there when it was asked last.
    var ticks: TickCounts
    /// How long the decisions took that became steps, on the robot's clock: nothing in lockstep, where time waits for them.
    private(set) var decisions = LatencyHistogram()
    /// Page faults of tick threads without disk access, and with it.
    private(set) var pageFaults = Memory.PageFaults()
    /// How late ticks began, of robots that were released.
    var lateness = LatencyHistogram()

    /// Holds and stops that no tick shows.
    private var unseenHolds = 0
    private var unseenStops = 0
    /// The newest weights that decided.
    private var version: UInt32 = 0
    private var episode: EpisodeInFlight?
    private var motionBegan: MonotonicTime?
    private let returns: ReturnRule

    /// Nothing has happened.
    init(for launch: Launch) {
        ticks = TickCounts(period: launch.robot.tickSeconds)
        returns = ReturnRule(launch.algorithm)
        curve = CurveTally(launch.session.evaluationPoints)
    }

    /// Robot time of the online part alone, s.
    var trainingSeconds: Double { robotSeconds - (training.beganAt ?? robotSeconds) }
    /// Times the robot was held in place.
    var holds: Int { ticks.holds + unseenHolds }
    /// Times the robot was stopped by the guardian, the bridge or a person.
    var stops: Int { ticks.stops + unseenStops }
    /// The newest weights that ever acted; 0 for none.
    var newestVersion: UInt32 { max(version, ticks.version) }

    /// Takes what happened next.
    mutating func accept(_ record: LogRecord, at time: MonotonicTime) {
        switch record {
        case .episodeStart(let start): begin(start, at: time)
        case .transition(let step): accept(step, at: time)
        case .episodeEnd(let end): self.end(end, at: time)
        case .tick(let tick):
            ticks.accept(tick)
            lateness.record(nanoseconds: tick.latenessNanoseconds)
        case .event(let event):
            if event.name == EventRecord.Kind.rollback.rawValue { rollbacks += 1 }
            if let mark = SessionMark(event) { accept(mark, at: time) }
        case .metrics, .label: break
        }
    }

    /// The process that lived so far is gone: what it was in the middle of was cut off.
    mutating func endProcess() {
        cutOff()
        motionBegan = nil
        training.beginProcess()
    }

    /// Completes what a report has of all this.
    func fill(_ report: inout SessionReport) {
        report.robotMinutes = (training.seconds > 0 ? training.seconds : robotSeconds) / 60
        report.episodes = training.episodes
        report.swaps = swaps
        report.rollbacks = rollbacks
        report.holds = holds
        report.stops = stops
        report.ticks = ticks.ticks
        report.ticksLate = ticks.late
        report.ticksClipped = ticks.clipped
        report.curve = training.beganAt == nil ? nil : curve.records(with: report)
        report.realtime?.minorFaults = Int(pageFaults.minor)
        report.realtime?.majorFaults = Int(pageFaults.major)
    }
}

extension SessionTally {
    private mutating func accept(_ mark: SessionMark, at time: MonotonicTime) {
        switch mark {
        case .stage(let name):
            // In a log of before stages were marked the episodes so far may be those of this very stage.
            if !stage.isEmpty { evaluation = EvaluationTally() }
            stage = name
        case .motionBegan: motionBegan = time
        case .motionEnded:
            spend(motionBegan.map { time.seconds(since: $0) } ?? 0)
            motionBegan = nil
        case .pointBegan(let number):
            curve.begin(number)
            evaluation = EvaluationTally()
        case .pointEnded:
            curve.end(evaluation)
            evaluation = EvaluationTally()
        case .stoppedTry: evaluation.countStoppedTry()
        case .unseen(let holds, let stops):
            unseenHolds += holds
            unseenStops += stops
        case .pageFaults(let minor, let major):
            pageFaults.minor += minor
            pageFaults.major += major
        case .resumed: endProcess()
        }
    }

    private mutating func begin(_ start: EpisodeStart, at time: MonotonicTime) {
        cutOff()
        if curve.open != nil {
            curve.begin(episode: start.number)
        } else {
            episodeNumber = max(episodeNumber, start.number + 1)
        }
        purpose = start.purpose
        if start.purpose == .training { training.begin(at: robotSeconds) }
        // Ends an evaluation in logs of before stages were marked; elsewhere its stage has done that.
        if start.purpose != .evaluation { evaluation = EvaluationTally() }
        episode = EpisodeInFlight(start, at: time)
    }

    private mutating func accept(_ step: Transition, at time: MonotonicTime) {
        guard episode?.start.number == step.episode else { return }
        episode?.accept(step, at: time)
        if curve.open == nil { decisionNumber += 1 }
        lastObservation = step.nextObservation
        if let decision = step.decision { decisions.record(nanoseconds: decision.nanoseconds) }
        if step.decision != nil, step.policyVersion > version {
            version = step.policyVersion
            swaps += 1
        }
    }

    private mutating func end(_ end: EpisodeEnd, at time: MonotonicTime) {
        guard let ended = episode, ended.start.number == end.number else { return }
        episode = nil
        spend(max(0, time.seconds(since: ended.began)))
        switch ended.start.purpose {
        case .demonstration: demonstrations.count(end.outcome, steps: ended.rewards.count)
        case .evaluation: evaluation.count(end.outcome, steps: ended.rewards.count)
        case .training where end.outcome == .aborted:
            training.end(at: robotSeconds, record: nil)
            training.countCutShort()
        case .training:
            training.end(
                at: robotSeconds,
                record: returns.record(of: ended, end.outcome, number: training.index + 1))
        }
    }

    /// Time of the robot's, which counts unless it is evaluated on the way.
    private mutating func spend(_ seconds: Double) {
        if curve.open == nil { robotSeconds += seconds }
    }

    /// An episode that did not come to its end, for its process did not: it says nothing of the policy.
    private mutating func cutOff() {
        guard let left = episode else { return }
        episode = nil
        spend(max(0, left.newest.seconds(since: left.began)))
        switch left.start.purpose {
        case .demonstration: demonstrations.count(.aborted, steps: left.rewards.count)
        case .evaluation: break
        case .training: training.end(at: robotSeconds, record: nil)
        }
    }
}
