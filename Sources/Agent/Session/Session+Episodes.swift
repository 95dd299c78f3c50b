import Configuration
import Control
import Embodiment
import Experience
import Foundation
import Platform

/// A stop that ended a session before its time; the report is written all the same.
struct SessionStopped: Error {
    /// Why, in words for the person at the robot.
    let reason: any Error
}

extension Session {
    /// Start states are numbered; the bridge mixes the purpose in, so that purposes never share one.
    private func startSeed(_ index: Int) -> UInt64 {
        (launch.seed &+ 1) &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(index)
    }

    /// Runs one episode, records it and counts it.
    ///
    /// - Parameter index: of the start state among those of its purpose.
    func episode(
        _ runner: EpisodeRunner, purpose: EpisodePurpose, index: Int, driver: Driver
    ) throws -> EpisodeResult {
        if launch.session.swapAt == .episode || position.decisionNumber == 0 {
            acting.takeNewest()
        }
        let number = position.episodeNumber
        position.episodeNumber += 1
        self.purpose = purpose
        let result: EpisodeResult
        do throws(EpisodeFailure) {
            result = try runner.run(
                number: number, seed: startSeed(index), purpose: purpose, driver: driver,
                firstDecision: position.decisionNumber)
        } catch {
            position.robotSeconds += error.times.seconds
            try? end(error.episode, at: error.times.ended)
            try? recorder.flush()
            position.decisionNumber += UInt64(error.episode.transitions.count)
            try standBy(error.error, runner.robot, episode: Int(number))
            return EpisodeResult(
                episode: error.episode, times: error.times, initialValue: nil)
        }
        position.decisionNumber += UInt64(result.episode.transitions.count)
        position.robotSeconds += result.times.seconds
        lastObservation = result.episode.transitions.last?.nextObservation ?? lastObservation
        do {
            try end(result.episode, at: result.times.ended)
            try makeDurable()
        } catch { try standBy(.recording("\(error)"), runner.robot, episode: Int(number)) }
        return result
    }

    /// Longest time that a stopped robot waits for a person, s.
    static let standBySeconds = 900.0

    /// A robot was stopped or held: where a person is there, waits until the robot may go on.
    ///
    /// A hold is a person's wish, or for a disk that a person is to look after: there is one to wait for.
    /// - Throws: the error itself when nobody is there, nobody comes, or it is no stop at all.
    func standBy(_ error: RobotError, _ robot: any Robot, episode: Int? = nil) throws {
        tellComplaint(of: robot)
        var isHold = false
        if case .held = error { isHold = true }
        journal.record(
            EventRecord(
                kind: isHold ? .hold : .stop, robotSeconds: position.robotSeconds, episode: episode,
                cause: "\(error)", causeCode: error.causeCode))
        switch error {
        case .held: break
        case .stopped(let verdict, _) where isAttended && verdict.cause.clearing != .never: break
        default: throw error
        }
        guard launch.schedule == .realtime, !interrupt.isRequested else { throw error }
        let path = directory.url.path
        progress.ask(
            isHold
                ? "\(error). Go on with: hone start \(path)"
                : "\(error)\nTo go on: hone status \(path), hone ack \(path) CAUSE, "
                    + "hone start \(path). To end: Ctrl-C.")
        try awaitPerson(at: robot)
        journal.record(
            EventRecord(
                kind: .note, robotSeconds: position.robotSeconds, episode: episode,
                cause: "a person started the robot again"))
        progress.note("started again")
        // Where the disk had failed, whoever started the robot has looked after it.
        if recorder.failure != nil { try? recorder.retry() }
    }

    /// The robot is connected and was not started: waits for a person to do that.
    func awaitStart(of robot: any Robot) throws {
        let path = directory.url.path
        let line = "the session was resumed: the robot stands still until a person starts it"
        journal.record(
            EventRecord(kind: .hold, robotSeconds: position.robotSeconds, cause: line))
        progress.ask("\(line). Go on with: hone start \(path). To end: Ctrl-C.")
        do throws(RobotError) {
            try awaitPerson(at: robot)
        } catch {
            if case .stopped(let verdict, _) = error, verdict.cause == .none {
                if interrupt.isRequested { throw RobotError.interrupted }
                throw RobotError.silent(
                    waitedFor: "a person to start the robot", seconds: Self.standBySeconds)
            }
            throw error
        }
        progress.note("started")
    }

    /// Journals what happened, and says the same to a person.
    func tell(_ line: String, as kind: EventRecord.Kind = .note) {
        journal.record(EventRecord(kind: kind, robotSeconds: position.robotSeconds, cause: line))
        progress.note(line)
    }

    /// Tells of what has been counted since a person was told last, if anything has.
    ///
    /// - Parameters:
    ///   - told: what had been counted then; `count` afterwards.
    ///   - line: says it, of how many more.
    func tellMore(
        than told: inout Int, _ count: Int, as kind: EventRecord.Kind = .note,
        _ line: (Int) -> String
    ) {
        guard count > told else { return }
        tell(line(count - told), as: kind)
        told = count
    }

    /// The guardian holds the robot, which may go on by itself: a person is told why.
    func tellHold(_ verdict: SafetyVerdict) {
        let line = verdict.line(for: launch.robot)
        journal.record(
            EventRecord(
                kind: .hold, robotSeconds: position.robotSeconds,
                cause: line, causeCode: Int(verdict.cause.rawValue)))
        progress.note("held: \(line)")
        guard purpose == .training, [.clampShare, .chatter].contains(verdict.cause) else { return }
        rollBackActing()
    }

    /// What weights asked for had to be held: those before act again until the learner has newer ones.
    ///
    /// The rule of `Control/Safety.md` 1. Not in an evaluation, which measures the weights it began with.
    private func rollBackActing() {
        let held = withActing { $0.version }
        var kind = EventRecord.Kind.note
        var cause = "no version acted before \(held), whose actions were held: it acts on"
        do {
            if let version = try withActing({ try $0.rollBack(in: directory) }) {
                report.rollbacks += 1
                kind = .rollback
                cause = "the actions of version \(held) were held: version \(version) acts again"
            }
        } catch { cause = "version \(held), whose actions were held, acts on: \(error)" }
        tell(cause, as: kind)
    }

    /// Uses the weights that act, in the middle of an episode too: while no decision is being made.
    private func withActing<Result: Sendable, Failure: Error>(
        _ body: (ActingPolicy) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        guard let policy else { return try body(acting) }
        return try policy.betweenDecisions { () throws(Failure) in try body(acting) }
    }

    /// Limits cut so much of what is asked for that it should not stay so; the robot moves on.
    func tellClamping(_ share: Double) {
        let limits = DetectionLimits(robot: launch.robot)
        tell(
            "the limits cut \(NumberText.wholePercent(share)) % of what was asked for in "
                + "\(NumberText.duration(limits.actionSeconds)); above "
                + "\(NumberText.wholePercent(limits.clampShare)) % the robot is held")
    }

    /// An axis follows so late that little more would stop the robot; it moves on.
    func tellLag(_ lag: TrackingLag) {
        let axis = launch.robot.axes[lag.axis]
        guard axis.mustFollow else {
            tell(
                "axis \(axis.name): the gripper does not move, although it was commanded to for "
                    + "\(NumberText.duration(lag.seconds)); the arm goes on")
            return
        }
        tell(
            "axis \(axis.name) was \(NumberText.short(lag.error)) \(axis.unit) behind its command for "
                + "\(NumberText.duration(lag.seconds)); at \(NumberText.short(axis.trackingError)) "
                + "\(axis.unit) the robot is stopped. A drive that gets weaker, a joint that rubs, or a limit of "
                + "speed that it cannot keep: look before it stops")
    }

    /// The robot stands still at the end of a step until the policy has decided the next.
    func tellLateDecision(_ seconds: Double) {
        tell(
            "the robot waited \(NumberText.duration(seconds)) for its policy to decide, of steps of "
                + "\(NumberText.duration(1 / launch.robot.policyRateHz)); `hone doctor LAUNCH --knobs` "
                + "shows what makes decisions shorter")
    }

    /// The operator whom the robot follows gives no actions: it stands still until there are some.
    func tellOperatorSilence() {
        let line =
            "the operator behind the bridge has given no action for "
            + "\(NumberText.duration(EpisodeRunner.operatorSeconds)): the robot stands still until one comes"
        journal.record(
            EventRecord(kind: .hold, robotSeconds: position.robotSeconds, cause: line))
        progress.note("held: \(line)")
    }

    /// Does something that a person's hold may interrupt, and goes on with it after each start until it is done.
    func outlastHolds(
        of robot: any Robot, _ body: () throws(RobotError) -> Void
    ) throws {
        while true {
            do throws(RobotError) { return try body() } catch {
                guard case .held = error else { throw error }
                try standBy(error, robot)
            }
        }
    }

    /// Between two episodes: drives home, and writes a resume point when one is due.
    ///
    /// The robot moves right before the next scene is asked for, so that a bridge that died while the
    /// learner was busy is noticed by its silence, not by the long patience of a reset.
    func passBoundary(_ runner: EpisodeRunner) throws {
        var isHome = false
        while !isHome {
            do throws(RobotError) {
                position.robotSeconds += try runner.goHome()
                isHome = true
            } catch {
                try standBy(error, runner.robot, episode: Int(position.episodeNumber) - 1)
            }
        }
        noteTicks()
        tellRefusals()
        tellStaleLearner()
        tellNotices()
        tellComplaint(of: runner.robot)
        // Where nothing is learned nobody else takes the episodes: they would fill the memory.
        if request.command?.learns == false { trainer.absorb() }
        episodesSincePoint += 1
        // The robot is at home and every episode on the disk: the moment to wait or end before it is full.
        try outlastDisk {
            try SessionDirectory.checkRoom(at: directory.url.path)
            if episodesSincePoint >= launch.session.checkpointEpisodes { try savePoint() }
        }
    }

    /// Records an episode's end, behind what the runner has given of it.
    private func end(_ episode: Episode, at time: MonotonicTime) throws {
        try offer(
            .episodeEnd(
                EpisodeEnd(
                    number: episode.number, outcome: episode.outcome,
                    steps: UInt32(episode.transitions.count))), at: time)
    }

    /// Offers a record until the ring takes it: only the episode thread waits here, never the tick.
    func offer(_ record: LogRecord, at time: MonotonicTime) throws {
        while !episodeLane.record(record, at: time) {
            if let failure = recorder.failure { throw failure }
            SystemClock().sleep(for: .milliseconds(1))
        }
    }

    /// Evaluates the present weights from start states of their own; the same ones each time.
    func evaluate(
        _ runner: EpisodeRunner, name: String, episodes: Int, driver: Driver
    ) throws -> SuccessRate {
        progress.begin("evaluation \(name)", total: episodes, unit: "episodes")
        acting.takeNewest()
        while position.evaluation.done < episodes {
            let result = try episode(
                runner, purpose: .evaluation, index: position.evaluation.done, driver: driver)
            let isAborted = result.episode.outcome == .aborted
            if isAborted, interrupt.isRequested { break }
            // Stopped and started again: once more from the same start state, but not for ever.
            guard position.evaluation.count(result.episode) else { continue }
            if isAborted { tellGivenUp() }
            progress.update(
                done: position.evaluation.done,
                figures: [
                    .fraction(
                        "success",
                        Double(position.evaluation.successes) / Double(position.evaluation.done))
                ])
            try passBoundary(runner)
        }
        let tally = position.evaluation
        let rate = SuccessRate(successes: tally.successes, episodes: tally.done)
        let count = Double(max(1, tally.done))
        let record = EvaluationRecord(
            name: name, afterEpisodes: trainer.counters.episodes,
            policyVersion: Int(acting.version), success: rate,
            meanReturn: -Double(tally.length - tally.successes) / count,
            meanLength: Double(tally.length) / count)
        report.evaluations.append(record)
        journal.record(record)
        position.evaluation = EvaluationTally()
        progress.end("success \(rate.text)")
        return rate
    }

    /// Every try of a start state had to be stopped: it counts as failed, and a person is told.
    private func tellGivenUp() {
        tell(
            "start state \(position.evaluation.done) counts as failed: the robot was stopped or "
                + "held in all \(EvaluationTally.mostTries) tries of it")
    }

    /// Records demonstrations until there are enough successful ones.
    func demonstrate(_ runner: EpisodeRunner, successes wanted: Int) throws {
        progress.begin("demonstrations", total: wanted, unit: "episodes")
        while position.demonstrations.successes < wanted, !interrupt.isRequested {
            let result = try episode(
                runner, purpose: .demonstration, index: position.demonstrations.tried,
                driver: .operatorAction)
            position.demonstrations.tried += 1
            if result.episode.outcome == .success { position.demonstrations.successes += 1 }
            let (tried, successes) = (
                position.demonstrations.tried, position.demonstrations.successes
            )
            progress.update(
                done: successes, figures: [.value("tried", Double(tried))])
            // An operator who never succeeds is a mistake to be told, not to be waited for.
            if tried >= 20, successes * 10 < tried {
                throw SessionError.noDemonstrations(
                    "the operator behind the bridge succeeded in \(successes) of \(tried) "
                        + "episodes: this session")
            }
            try passBoundary(runner)
        }
        progress.end(
            "\(position.demonstrations.successes) successful of \(position.demonstrations.tried)")
        try makeDurable()
        trainer.absorb()
    }
}
