import Control
import Driving
import Embodiment
import Experience
import Models
import Platform

/// Runs one episode on any robot: home, reset, steps until success or the budget is spent.
///
/// One instance per session, used from the thread that owns the robot.
final class EpisodeRunner {
    let robot: any Robot
    /// Whoever decides, and how its observations are made.
    let policy: PolicyLoop
    private let maximumSteps: Int
    private let executedSteps: Int
    private let interrupt: Interrupt
    /// Called when the operator whom the robot follows has given no action for as long as that may
    /// last, once each time; the robot stands still meanwhile.
    var onOperatorSilence: (() -> Void)?
    private var silentSteps = 0
    /// An operator has given an action in some step.
    private(set) var hasHeardOperator = false
    /// Called with the share that limits cut of what the policy asks for once a person should know of
    /// it; of such episodes one after the other in the first.
    var onClamping: ((Double) -> Void)?
    private var clamped = FirstOfSome()
    /// Called with an axis that is behind its command by a third of what stops the robot; of such episodes
    /// one after the other in the first.
    var onTrackingLag: ((TrackingLag) -> Void)?
    private var lagged = FirstOfSome()
    /// Called with the force, N, that is reported at home, where nothing should touch the robot; of such episodes
    /// one after the other in the first.
    var onForceBias: ((Double) -> Void)?
    private var biased = FirstOfSome()
    /// Called with how long, s, the robot has waited for a decision at the end of a step: more than half of one.
    ///
    /// Of such episodes one after the other in the first. At the beginning of an episode it stands anyway.
    var onLateDecision: ((Double) -> Void)?
    private var late = FirstOfSome()
    /// Called when the scene of an episode is in order for the robot to begin.
    var onScene: (() throws(RobotError) -> Void)?
    /// Called at the end of each step; may have the robot held.
    var onStep: (() -> Void)?
    /// Takes what is logged of an episode, its end excepted, as soon as it has happened: a process that
    /// is killed in the middle has lost none of it.
    var onRecord: ((LogRecord, MonotonicTime) throws(RobotError) -> Void)?
    /// How long an operator may give no action before that is told, s; the lease of `Control/Safety.md` 4.
    static let operatorSeconds = 0.5

    /// - Parameters:
    ///   - maximumSteps: policy steps after which an episode has failed.
    ///   - executedSteps: of each decision, before the next.
    ///   - policy: asked once in so many steps, by the wall clock on a thread of its own.
    ///   - seed: the session's, for the random numbers of decisions.
    ///   - extraDelay: how long every decision is made to last.
    init(
        robot: any Robot, calibration: Calibration, maximumSteps: Int, executedSteps: Int = 1,
        interrupt: Interrupt, policy: any ActingPolicy, seed: UInt64,
        extraDelay: Duration = .zero
    ) {
        self.robot = robot
        self.policy = PolicyLoop(
            robot: robot.description, calibration: calibration, policy: policy, seed: seed,
            extraDelay: extraDelay)
        self.maximumSteps = maximumSteps
        self.executedSteps = executedSteps
        self.interrupt = interrupt
    }

    /// Runs one episode.
    ///
    /// - Parameters:
    ///   - number: episode number in the session, sent to the bridge and stored.
    ///   - seed: of the start state.
    ///   - exploration: how much chance there is in the decisions.
    ///   - firstDecision: number of the first decision; the decision that begins with step s is this plus s.
    /// - Throws: when the robot cannot go on; what was lived so far is lost only if nothing happened.
    func run(
        number: UInt32, seed: UInt64, purpose: EpisodePurpose, driver: Driver,
        exploration: Exploration = .usual, firstDecision: UInt64
    ) throws(EpisodeFailure) -> EpisodeResult {
        var times = EpisodeTimes(began: robot.now)
        var episode = Episode(
            number: number, seed: seed, purpose: purpose, outcome: .aborted, transitions: [])
        do throws(RobotError) {
            try onRecord?(
                .episodeStart(
                    EpisodeStart(number: number, seed: seed, purpose: purpose, driver: driver)),
                times.began)
            try robot.home()
            let sample = try robot.reset(
                SceneStart(
                    episode: number, seed: seed, purpose: purpose,
                    wantsOperator: driver == .operatorAction))
            try demandBeginning(sample, of: number)
            try onScene?()
            episode.outcome = .failure
            try robot.follow(
                Course(
                    driver: driver, firstDecision: firstDecision, steps: UInt32(maximumSteps),
                    executedSteps: UInt32(executedSteps), exploration: exploration),
                with: policy)
            try collect(into: &episode, from: policy.observe(sample))
            try robot.settle()
            policy.rest()
        } catch {
            robot.endCourse()
            policy.rest()
            episode.outcome = .aborted
            times.ended = robot.now
            throw EpisodeFailure(error: error, episode: episode, times: times)
        }
        times.ended = robot.now
        let initialValue = episode.transitions.first?.decision?.value
        return EpisodeResult(episode: episode, times: times, initialValue: initialValue)
    }

    /// Turns what the steps of a course do into the transitions of an episode, until it is over.
    ///
    /// A step's observation is what the one before it ended with.
    private func collect(
        into episode: inout Episode, from first: Observation
    ) throws(RobotError) {
        var observation = first
        while episode.transitions.count < maximumSteps {
            if interrupt.isImmediate { throw .interrupted }
            if interrupt.isRequested {
                episode.outcome = .aborted
                return
            }
            let outcome = try robot.nextStep()
            guard outcome.sample.episode == episode.number else {
                throw .misdescribed(
                    "in episode \(episode.number) one is of episode \(outcome.sample.episode)")
            }
            watch(outcome, episode: episode.number)
            let next = policy.observe(outcome.sample)
            let transition = Transition(
                episode: episode.number, step: outcome.step, source: outcome.source,
                policyVersion: outcome.origin.policyVersion, observation: observation,
                proposed: outcome.proposed, executed: outcome.executed,
                reward: outcome.isSuccess ? 0 : -1,
                isTerminal: outcome.isSuccess || outcome.isTerminal, nextObservation: next,
                decision: outcome.decision)
            episode.transitions.append(transition)
            try onRecord?(
                .transition(transition), MonotonicTime(nanoseconds: outcome.begunNanoseconds))
            observation = next
            if outcome.isSuccess { episode.outcome = .success }
            if outcome.isLast { return }
            onStep?()
        }
    }

    /// Refuses a scene that is no beginning: a success that stands from before would be counted as one of this episode.
    private func demandBeginning(
        _ sample: SensorSample, of number: UInt32
    ) throws(RobotError) {
        guard sample.episode == number else {
            throw .misdescribed(
                "the first one after the reset for episode \(number) is of episode \(sample.episode)"
            )
        }
        let flag =
            sample.isSuccess
            ? "success" : sample.isTerminal ? "terminal" : sample.isTruncated ? "truncated" : nil
        guard let flag else { return }
        throw .misdescribed(
            "the first one after the reset for episode \(number) says \(flag) already, before the robot has moved. "
                + "Put the scene in order, or correct the bridge: a reset clears what the episode before it has won; "
                + "hone bridge-test shows it")
    }

    /// Drives home after an episode, so that between episodes the robot always stands there.
    func goHome() throws(RobotError) {
        try onRecord?(.event(SessionMark.motionBegan("home").event), robot.now)
        try robot.home()
        try onRecord?(.event(SessionMark.motionEnded("home").event), robot.now)
    }

    /// What of a step a person should know.
    private func watch(_ outcome: StepOutcome, episode: UInt32) {
        if outcome.clampShare > DetectionLimits.clampWarning, clamped.noteFirst(episode) {
            onClamping?(outcome.clampShare)
        }
        if let lag = outcome.lag, lagged.noteFirst(episode) { onTrackingLag?(lag) }
        if let bias = outcome.forceBias, biased.noteFirst(episode) { onForceBias?(bias) }
        let robot = robot.description
        let waited = Double(outcome.waitedTicks) * robot.tickSeconds
        if waited > 0.5 / robot.policyRateHz, late.noteFirst(episode) { onLateDecision?(waited) }
        if outcome.source == .operatorAction, !outcome.isSilent { hasHeardOperator = true }
        silentSteps = outcome.isSilent ? silentSteps + 1 : 0
        let longest = (Self.operatorSeconds * robot.policyRateHz).rounded(.up)
        if silentSteps == Int(longest) { onOperatorSilence?() }
    }

    /// Tells the first of some episodes one after the other in which the same happens.
    private struct FirstOfSome {
        private var last: UInt32?

        /// Remembers the episode; true where the one before it was not told of.
        mutating func noteFirst(_ episode: UInt32) -> Bool {
            defer { last = episode }
            return last.map { episode > $0 + 1 } ?? true
        }
    }
}
