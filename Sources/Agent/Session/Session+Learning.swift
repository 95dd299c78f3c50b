import Configuration
import Embodiment
import Experience
import Foundation
import Learning
import Platform
import Recipe

extension Session {
    /// Policy by imitation, then critic by Cal-QL, from what the offline store holds.
    func pretrain() throws {
        guard trainer.offline.successes > 0 else {
            throw SessionError.noDemonstrations(directory.url.path)
        }
        let schedule = launch.algorithm.schedule
        try stage("imitation") {
            trainer.learner.fitNormaliser(trainer.offline)
            progress.begin("imitation", total: schedule.imitationUpdates, unit: "updates")
            trainer.imitate(updates: schedule.imitationUpdates) { update, loss in
                progress.update(done: update, figures: [.value("loss", Double(loss))])
                return !interrupt.isRequested
            }
            progress.end()
            try checkInterrupt()
        }
        try stage("offline critic") {
            progress.begin(
                "offline critic", total: schedule.offlineCriticUpdates, unit: "updates")
            trainer.pretrainCritic(updates: schedule.offlineCriticUpdates) { update, metrics in
                progress.update(
                    done: update,
                    figures: [
                        .value("td", Double(metrics.tdLoss)),
                        .value("Q", Double(metrics.qData)),
                    ])
                return !interrupt.isRequested
            }
            progress.end()
            try checkInterrupt()
            try publishFirst()
            try saveCheckpoint()
        }
    }

    /// Publishes the weights that the robot is to begin with.
    ///
    /// - Throws: `SessionError.nothingToActWith` when the gate refuses them, `unwritable` when the disk does:
    ///   there are none before them.
    private func publishFirst() throws {
        trainer.publish()
        guard trainer.publishedVersion > 0 else {
            if trainer.counters.unwritten != nil {
                throw SessionDirectoryError.unwritable(
                    directory.weights.path, "the disk did not take the first weights")
            }
            throw SessionError.nothingToActWith(directory.url.path)
        }
    }

    /// Writes the learner's whole state; not while its thread runs.
    func saveCheckpoint() throws {
        precondition(!trainer.isRunning, "a checkpoint is made between two updates")
        try CheckpointFile.write(
            trainer.learner.checkpoint(), updates: trainer.counters.criticUpdates,
            into: directory)
    }

    /// Takes the learner's state of another session as the start, the one that the request names.
    func loadWeights() throws {
        guard let (file, bytes) = start else { throw SessionError.noWeights("") }
        do throws(LearningError) {
            try trainer.learner.restore(bytes)
        } catch { throw SessionError.wrongWeights(file, "\(error)") }
        try publishFirst()
    }

    /// Throws when a person has asked to end.
    func checkInterrupt() throws {
        if interrupt.isRequested { throw RobotError.interrupted }
    }

    /// The online part: live, record, learn, swap, until time or episodes are spent.
    func fineTune(_ runner: EpisodeRunner) throws {
        let limit = launch.session.robotMinutes * 60
        let start = position.training.beganAt ?? position.robotSeconds
        position.training.beganAt = start
        progress.begin(
            "fine-tuning", total: Int(launch.session.robotMinutes * 60), unit: "robot s")
        let isThreaded = launch.schedule == .realtime
        if isThreaded { try trainer.start() }
        defer { if isThreaded { _ = endLearner() } }
        while position.robotSeconds - start < limit,
            position.training.index < launch.session.maxOnlineEpisodes, !interrupt.isRequested
        {
            let isWarm = isWarm(position.training.index)
            let result = try episode(
                runner, purpose: .training, index: position.training.index,
                driver: isWarm ? .guided : .imitation)
            position.training.index += 1
            position.trainingSeconds = position.robotSeconds - start
            let isCutShort = result.episode.outcome == .aborted
            if cutShort.note(isCutShort: isCutShort) { tellCutShort() }
            guard !isCutShort else { continue }
            let isSuccess = result.episode.outcome == .success
            position.training.outcomes.append(isSuccess)
            note(result, number: position.training.index)
            if isWarm, position.training.watch.note(isSuccess: isSuccess) { trainer.keep() }
            if !isThreaded {
                trainer.absorb()
                trainer.settle(isCancelled: { interrupt.isImmediate })
            }
            let recent = position.training.outcomes.suffix(20)
            progress.update(
                done: Int(position.trainingSeconds),
                figures: [
                    .value("episode", Double(position.training.index)),
                    .fraction(
                        "success of last \(recent.count)",
                        Double(recent.count { $0 }) / Double(recent.count)),
                    .value("updates owed", Double(trainer.counters.debt)),
                ])
            // A learner that was cut short in the middle is nothing to go on from.
            if !interrupt.isImmediate { try passBoundary(runner) }
        }
        let outcomes = position.training.outcomes
        if isThreaded {
            try payDebt(episodes: outcomes.count)
            guard endLearner() else {
                throw LearnerHangs(seconds: Trainer.patienceSeconds, reason: nil)
            }
        }
        if position.training.watch.hasFallen {
            try rollBack(because: position.training.watch.summary)
        }
        progress.end("\(outcomes.count) episodes, \(outcomes.count { $0 }) successful")
    }

    /// By the wall clock: waits for the update in hand to end, and gives up a learner that hangs.
    ///
    /// - Returns: whether the learner has ended; otherwise nothing of it may be touched any more.
    private func endLearner() -> Bool {
        let unseen = 2.0
        if trainer.isAbandoned { return false }
        if trainer.finish(within: unseen) { return true }
        tell(
            "the learner has yet to end the update in hand: it is waited for, "
                + "\(NumberText.duration(Trainer.patienceSeconds)) at most")
        if trainer.finish(within: Trainer.patienceSeconds - unseen) { return true }
        trainer.abandon()
        tell("the learner hangs and is given up: the session ends without it")
        return false
    }

    /// Whether the critic chooses in the training episode of this index.
    func isWarm(_ index: Int) -> Bool {
        let schedule = launch.algorithm.schedule
        return schedule.guidedWarmup || index >= schedule.warmupEpisodes
    }

    /// Puts the learner back to where success was best; what it learned since is dropped.
    func rollBack(because summary: String) throws {
        guard try trainer.restoreKept() else { return }
        report.rollbacks += 1
        journal.record(
            EventRecord(
                kind: .rollback, robotSeconds: position.robotSeconds,
                cause: "success had fallen (\(summary)): back to the weights of its best"))
    }

    /// Tells of weights that did not pass the gate since this was asked last.
    func tellRefusals() {
        tellMore(than: &refusalsTold, trainer.counters.refused, as: .refusal) { more in
            "sets of weights that did not pass the gate: \(more); none of them acts, and the learner goes on "
                + "from its last resume point"
        }
    }

    /// Tells of training episodes that were all stopped: the robot moves, and nothing comes of it.
    private func tellCutShort() {
        tell(
            "\(CutShortWatch.episodes) training episodes in a row were cut short: nothing is learned from "
                + "such ones; why each was stopped is told above. Where the limits cut what the policy asks "
                + "for, demonstrations that keep them, or limits that fit the robot, help")
    }

    /// By the wall clock: tells of a learner that does nothing although there is something to do.
    func tellStaleLearner() {
        // Before and after training nobody waits for it.
        guard launch.schedule == .realtime, trainer.isRunning else { return }
        let counters = trainer.counters
        let lived = position.training.outcomes.count
        let isStale = learnerWatch.note(
            counters, lived: lived, warmup: launch.algorithm.schedule.warmupEpisodes,
            now: clock.now)
        guard isStale else { return }
        let line =
            "the learner has done nothing for \(NumberText.duration(LearnerWatch.seconds)); updates that it "
            + "owes: \(counters.debt), episodes that it has yet to take up: "
            + "\(max(0, lived - counters.given)). The robot goes on with the weights it has"
        tell(line)
    }

    /// Longest time the robot waits for the learner at a session's end, s.
    static let payOffSeconds = 60.0

    /// Real time: lets the learner pay off what it owes before the last evaluation, within reason.
    ///
    /// - Parameter episodes: that must have reached it first, the last one included.
    private func payDebt(episodes: Int) throws {
        try makeDurable()
        let clock = SystemClock()
        let asked = clock.now
        while trainer.counters.given < episodes, !interrupt.isRequested,
            clock.now.seconds(since: asked) < Self.payOffSeconds
        {
            clock.sleep(for: .milliseconds(10))
        }
        let owed = trainer.counters.debt
        // While it waits for enough episodes to begin with, the learner pays nothing.
        guard owed > 0,
            trainer.counters.episodes >= launch.algorithm.schedule.warmupEpisodes
        else { return }
        progress.begin("paying off updates", total: owed, unit: "updates")
        let began = clock.now
        while trainer.counters.debt > 0, !interrupt.isRequested,
            clock.now.seconds(since: began) < Self.payOffSeconds
        {
            progress.update(done: owed - trainer.counters.debt)
            clock.sleep(for: .milliseconds(100))
        }
        progress.end()
        let left = trainer.counters.debt
        if left > 0, !interrupt.isRequested {
            progress.note(
                "\(left) updates are left undone: this machine is slower than training.critic_utd asks"
            )
        }
    }

    private func note(_ result: EpisodeResult, number: Int) {
        let record = record(
            of: result.episode, number: number, version: acting.version,
            value: result.initialValue)
        report.episodes.append(record)
        journal.record(record)
    }

    /// A training episode as the report has it.
    func record(
        of episode: Episode, number: Int, version: UInt32, value: Float?
    ) -> EpisodeRecord {
        EpisodeRecord(
            episode: number, outcome: episode.outcome,
            return: Double(episode.transitions.reduce(0) { $0 + $1.reward }),
            length: episode.transitions.count, policyVersion: Int(version),
            qStart: value.map { Double($0) }, monteCarloReturn: firstReturn(of: episode))
    }

    /// Monte-Carlo return of the first step, as training uses it.
    private func firstReturn(of episode: Episode) -> Double {
        let schedule = launch.algorithm.schedule
        return Double(
            MonteCarloReturns.first(
                rewards: episode.transitions.map(\.reward),
                isTerminal: episode.transitions.map(\.isTerminal),
                discount: Float(launch.algorithm.critic.discount),
                failedToFloor: schedule.failedToFloor, absorbsFailures: schedule.absorbsFailures))
    }
}
