import Control
import Embodiment
import Experience
import Platform

/// When an episode happened, on the robot's clock.
struct EpisodeTimes: Sendable {
    /// Its beginning, before the robot drove home.
    var began: MonotonicTime
    /// Its end, the robot at rest.
    var ended: MonotonicTime

    /// An episode that begins now.
    init(began: MonotonicTime) {
        self.began = began
        ended = began
    }

    /// Robot time it took, driving home and scene reset included, s.
    var seconds: Double { ended.seconds(since: began) }
}

/// What an episode turned out to be, beside its transitions.
struct EpisodeResult: Sendable {
    /// The episode as it is logged and trained on.
    var episode: Episode
    /// When it happened.
    var times: EpisodeTimes
    /// The critic's value of the first action, where one was asked.
    var initialValue: Float?
}

/// Runs one episode on any robot: home, reset, steps until success or the budget is spent.
///
/// One instance per session, used from the thread that owns the robot.
final class EpisodeRunner {
    let robot: any Robot
    private let assembler: ObservationAssembler
    private let decide: (Observation, Driver, UInt64) -> Decision
    private let maximumSteps: Int
    private let interrupt: Interrupt
    /// Called when the operator whom the robot follows has given no action for as long as that may
    /// last, once each time; the robot stands still meanwhile.
    var onOperatorSilence: (() -> Void)?
    private var silentSteps = 0
    /// Called with the share that limits cut of what the policy asks for once a person should know of
    /// it; of such episodes one after the other in the first.
    var onClamping: ((Double) -> Void)?
    private var clamped = FirstOfSome()
    /// Called with how long a decision took, s, that took more than half of a step.
    ///
    /// The robot has come to the end of the step before and waits. Of such episodes one after the other in
    /// the first.
    var onLateDecision: ((Double) -> Void)?
    private var late = FirstOfSome()
    /// Takes what is logged of an episode, its end excepted, as soon as it has happened: a process that
    /// is killed in the middle has lost none of it.
    var onRecord: ((LogRecord, MonotonicTime) throws(RobotError) -> Void)?
    /// How long an operator may give no action before that is told, s; the lease of `Control/Safety.md` 4.
    static let operatorSeconds = 0.5

    /// - Parameters:
    ///   - decide: observation, driver, decision number → decision; called once per policy step.
    ///   - maximumSteps: policy steps after which an episode has failed.
    init(
        robot: any Robot, calibration: Calibration, maximumSteps: Int, interrupt: Interrupt,
        decide: @escaping (Observation, Driver, UInt64) -> Decision
    ) {
        self.robot = robot
        self.assembler = ObservationAssembler(robot: robot.description, calibration: calibration)
        self.maximumSteps = maximumSteps
        self.interrupt = interrupt
        self.decide = decide
    }

    /// Runs one episode.
    ///
    /// - Parameters:
    ///   - number: episode number in the session, sent to the bridge and stored.
    ///   - seed: of the start state.
    ///   - firstDecision: number of the first decision; decision k of the episode is this plus k.
    /// - Throws: when the robot cannot go on; what was lived so far is lost only if nothing happened.
    func run(
        number: UInt32, seed: UInt64, purpose: EpisodePurpose, driver: Driver,
        firstDecision: UInt64
    ) throws(EpisodeFailure) -> EpisodeResult {
        var times = EpisodeTimes(began: robot.now)
        var episode = Episode(
            number: number, seed: seed, purpose: purpose, outcome: .aborted, transitions: [])
        var initialValue: Float?
        do throws(RobotError) {
            try onRecord?(
                .episodeStart(
                    EpisodeStart(number: number, seed: seed, purpose: purpose, driver: driver)),
                times.began)
            try robot.home()
            var sample = try robot.reset(
                SceneStart(
                    episode: number, seed: seed, purpose: purpose,
                    wantsOperator: driver == .operatorAction))
            var observation = assembler.assemble(sample)
            episode.outcome = .failure
            for step in 0..<maximumSteps {
                if interrupt.isImmediate { throw .interrupted }
                if interrupt.isRequested {
                    episode.outcome = .aborted
                    break
                }
                let decisionNumber = firstDecision + UInt64(step)
                let asked = robot.now
                let decision = choose(sample, observation, driver, decisionNumber)
                let taken = max(0, robot.now.nanoseconds(since: asked))
                watchDecision(Double(taken) * 1e-9, episode: number)
                let record =
                    driver == .operatorAction
                    ? nil
                    : DecisionRecord(
                        number: decisionNumber, driver: driver, value: decision.value,
                        nanoseconds: UInt64(taken))
                if step == 0 { initialValue = decision.value }
                let result = try robot.perform(
                    decision.chosen[0],
                    from: MotionOrigin(
                        driver: driver, policyVersion: decision.version, decision: record?.number))
                watchClamping(result.clampShare, episode: number)
                let next = assembler.assemble(result.sample)
                let transition = Transition(
                    episode: number, step: UInt32(step),
                    source: driver == .operatorAction ? .operatorAction : .policy,
                    policyVersion: decision.version, observation: observation,
                    proposed: decision.chosen[0], executed: result.executed,
                    reward: result.isSuccess ? 0 : -1,
                    isTerminal: result.isSuccess || result.isTerminal,
                    nextObservation: next, decision: record)
                episode.transitions.append(transition)
                try onRecord?(.transition(transition), asked)
                sample = result.sample
                observation = next
                if result.isSuccess {
                    episode.outcome = .success
                    break
                }
                if result.isTerminal { break }
            }
            try robot.settle()
        } catch {
            episode.outcome = .aborted
            times.ended = robot.now
            throw EpisodeFailure(error: error, episode: episode, times: times)
        }
        times.ended = robot.now
        return EpisodeResult(episode: episode, times: times, initialValue: initialValue)
    }

    /// Drives home after an episode, so that between episodes the robot always stands there.
    ///
    /// - Returns: robot time it took, s.
    func goHome() throws(RobotError) -> Double {
        let began = robot.now
        try robot.home()
        return robot.now.seconds(since: began)
    }

    private func watchClamping(_ share: Double, episode: UInt32) {
        guard share > DetectionLimits.clampWarning, clamped.noteFirst(episode) else { return }
        onClamping?(share)
    }

    private func watchDecision(_ seconds: Double, episode: UInt32) {
        let longest = 0.5 / robot.description.policyRateHz
        guard seconds > longest, late.noteFirst(episode) else { return }
        onLateDecision?(seconds)
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

    private func choose(
        _ sample: SensorSample, _ observation: Observation, _ driver: Driver, _ number: UInt64
    ) -> Decision {
        guard driver == .operatorAction else { return decide(observation, driver, number) }
        silentSteps = sample.hasOperatorAction ? 0 : silentSteps + 1
        let longest = (Self.operatorSeconds * robot.description.policyRateHz).rounded(.up)
        if silentSteps == Int(longest) { onOperatorSilence?() }
        // A bridge that has no operator action right now gets the action that changes nothing.
        var action = Action(count: robot.description.axes.count)
        for index in 0..<action.count {
            let axis = robot.description.axes[index]
            action[index] =
                sample.hasOperatorAction
                ? sample.operatorAction[index]
                : ActionMapping.normalised(
                    axis.kind == .delta ? 0 : sample.position[index], axis: axis)
        }
        return Decision(action: action, version: 0, value: nil)
    }
}

/// An episode that could not be finished, with what was lived of it.
struct EpisodeFailure: Error, Sendable {
    /// Why.
    var error: RobotError
    /// What there is, outcome `aborted`: logged, never trained on.
    var episode: Episode
    /// When it happened, up to there.
    var times: EpisodeTimes
}
