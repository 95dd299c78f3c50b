import Configuration
import Driving
import Embodiment
import Experience
import Learning
import Platform
import Recipe
import Report

/// The online part: live, record, learn, swap, until time or episodes are spent.
final class FineTuning: Stage {
    /// Longest time the robot waits for the learner at the end, s.
    private static let payOffSeconds = 60.0

    private let runner: EpisodeRunner
    /// It has begun, and its checkpoint has not been written.
    private(set) var isLearning = false

    /// - Parameter runner: on the robot.
    init(_ runner: EpisodeRunner) { self.runner = runner }

    func run(in session: Session) throws {
        try session.stage("fine-tuning") {
            isLearning = true
            try fineTune(EpisodeLoop(session: session, runner: runner))
            try session.saveCheckpoint()
            isLearning = false
        }
    }

    private func fineTune(_ loop: EpisodeLoop) throws {
        let session = loop.session
        let (settings, trainer) = (session.launch.session, session.trainer)
        let limit = settings.robotMinutes * 60
        warnOfShortTime(session)
        session.progress.begin("fine-tuning", total: Int(limit), unit: "robot s")
        try session.pace.beginLearning(trainer, session.narrator)
        defer { _ = endLearner(of: session) }
        while session.tally.trainingSeconds < limit,
            session.tally.training.index < settings.maxOnlineEpisodes,
            !session.interrupt.isRequested
        {
            if try EvaluationPoint(loop: loop).evaluateIfDue() {
                session.progress.begin("fine-tuning", total: Int(limit), unit: "robot s")
            } else {
                try liveOne(loop)
            }
        }
        let outcomes = session.tally.training.outcomes
        try session.pace.awaitLearner { try payOff(session, episodes: outcomes.count) }
        guard endLearner(of: session) else {
            throw LearnerHangs(seconds: Trainer.patienceSeconds, reason: nil)
        }
        if session.successWatch.hasFallen {
            try session.rollBack.ofLearner(because: session.successWatch.summary)
        }
        session.progress.end(
            "\(outcomes.count) episodes, \(outcomes.count { $0.isSuccess }) successful",
            isCutShort: session.interrupt.isRequested)
        if !session.interrupt.isRequested, let line = Self.unlearned(session) {
            session.report.caveats = (session.report.caveats ?? []) + [line]
            session.narrator.tell(line)
        }
    }

    /// Says before it begins where it is likely to end before anything is learned.
    private func warnOfShortTime(_ session: Session) {
        let (launch, tally) = (session.launch, session.tally)
        let lived = session.trainer.counters.episodes
        let missing = launch.algorithm.schedule.warmupEpisodes - lived
        // As long as the episodes so far, else as long as one may last.
        let seconds =
            tally.episodeNumber > 0
            ? tally.robotSeconds / Double(tally.episodeNumber)
            : Double(launch.task.maxSteps(of: launch.robot)) / launch.robot.policyRateHz
        let left = launch.session.robotMinutes * 60 - tally.trainingSeconds
        let room = min(
            Int(max(0, left) / max(seconds, 1e-3)),
            launch.session.maxOnlineEpisodes - tally.training.index)
        guard missing > 0, room < missing else { return }
        session.narrator.say(
            "there is time for about \(max(0, room)) training episodes, and learning begins after "
                + "\(launch.algorithm.schedule.warmupEpisodes) (training.num_warmup_trajectories): nothing may be learned. "
                + "Give it more session.robot_minutes and session.max_online_episodes, or fewer of those"
        )
    }

    /// What a person must know of a fine-tuning in which no update was made; nil where some were.
    private static func unlearned(_ session: Session) -> String? {
        let (counters, schedule) = (session.trainer.counters, session.launch.algorithm.schedule)
        let isPretrained = session.isFinished("offline critic")
        let before =
            isPretrained ? schedule.offlineCriticUpdates + schedule.imitationUpdates : 0
        guard counters.criticUpdates + counters.policyUpdates <= before else { return nil }
        return
            "fine-tuning made no update in \(session.tally.training.outcomes.count) training episodes: learning "
            + "begins after \(schedule.warmupEpisodes) (training.num_warmup_trajectories). What is evaluated after it "
            + "are the weights from before it"
    }

    /// One episode, and what is learned from it before the next.
    private func liveOne(_ loop: EpisodeLoop) throws {
        let session = loop.session
        let trainer = session.trainer
        let index = session.tally.training.index
        let isWarm = session.launch.algorithm.schedule.isWarm(index)
        let outcome = try loop.run(
            purpose: .training, index: index, driver: isWarm ? .guided : .imitation)
        let tally = session.tally.training
        guard outcome != .aborted, let record = tally.episodes.last else {
            if tally.cutShort == TrainingTally.tooManyCutShort { session.narrator.tellCutShort() }
            return
        }
        session.journal.record(record)
        if isWarm, session.successWatch.take(isSuccess: outcome == .success) { trainer.keep() }
        var isCutShort = false
        session.pace.learn(trainer) {
            session.desk.updatesDue = session.trainer.counters.debt
            // What is owed may take minutes: a person sees it become less, and may end it.
            showProgress(of: session)
            isCutShort = session.interrupt.isRequested && session.trainer.counters.debt > 0
            return isCutShort
        }
        session.desk.updatesDue = 0
        showProgress(of: session)
        // A learner that was cut short in the middle is nothing to go on from.
        if !isCutShort, !session.interrupt.isImmediate { try loop.passBoundary() }
    }

    /// Waits for a learner on a thread of its own to end the update in hand, and gives up one that hangs.
    ///
    /// - Returns: whether the learner has ended; otherwise nothing of it may be touched any more.
    private func endLearner(of session: Session) -> Bool {
        let (trainer, narrator) = (session.trainer, session.narrator)
        let unseen = 2.0
        if trainer.isAbandoned { return false }
        if trainer.finish(within: unseen) { return true }
        narrator.tell(
            "the learner has yet to end the update in hand: it is waited for, "
                + "\(NumberText.duration(Trainer.patienceSeconds)) at most")
        if trainer.finish(within: Trainer.patienceSeconds - unseen) { return true }
        trainer.abandon()
        narrator.tell("the learner hangs and is given up: the session ends without it")
        return false
    }

    private func showProgress(of session: Session) {
        let tally = session.tally.training
        let recent = tally.outcomes.suffix(20)
        let due = session.desk.updatesDue
        session.progress.update(
            done: Int(tally.seconds),
            figures: (due > 0 ? [ProgressFigure("making \(NumberText.count(due)) updates")] : [])
                + [
                    .count("episode", tally.index),
                    .fraction(
                        "success of last \(recent.count)",
                        Double(recent.count { $0.isSuccess }) / Double(recent.count)),
                    .count("updates due", session.trainer.counters.debt),
                ])
    }

    /// Lets a learner that works beside the robot do what it owes before the last evaluation, within reason.
    ///
    /// - Parameter episodes: that must have reached it first, the last one included.
    private func payOff(_ session: Session, episodes: Int) throws {
        try session.makeDurable()
        let (trainer, progress) = (session.trainer, session.progress)
        let clock = SystemClock()
        let asked = clock.now
        while trainer.counters.given < episodes, !session.interrupt.isRequested,
            clock.now.seconds(since: asked) < Self.payOffSeconds
        {
            clock.sleep(for: .milliseconds(10))
        }
        let owed = trainer.counters.debt
        // While it waits for enough episodes to begin with, the learner pays nothing.
        guard owed > 0,
            trainer.counters.episodes >= session.launch.algorithm.schedule.warmupEpisodes
        else { return }
        progress.begin("remaining updates", total: owed, unit: "updates")
        let began = clock.now
        while trainer.counters.debt > 0, !session.interrupt.isRequested,
            clock.now.seconds(since: began) < Self.payOffSeconds
        {
            progress.update(done: owed - trainer.counters.debt)
            clock.sleep(for: .milliseconds(100))
        }
        progress.end()
        let left = trainer.counters.debt
        if left > 0, !session.interrupt.isRequested {
            progress.tell(
                "\(left) updates were not made: this machine is slower than training.critic_utd asks; "
                    + "`hone doctor LAUNCH` says what fits")
        }
    }
}

extension ScheduleSettings {
    /// Whether the critic chooses in the training episode of this number, from 0.
    func isWarm(_ index: Int) -> Bool { guidedWarmup || index >= warmupEpisodes }
}
