import Bridge
import Control
import Driving
import Embodiment
import Experience
import Learning
import Platform
import Report

/// Tells what happens to a person, and to the journal and the log for those who come later.
///
/// One rule for what could be told again and again: what is counted is told as it has grown since it was told last
/// (`tellMore`), what lasts is told when it begins. Used from the thread that runs episodes.
final class Narrator {
    /// Told as it grows.
    private enum Matter { case refused, unwritten, leftOut, lostLines }

    /// Addresses of bridges of which was told who else reaches them.
    private var toldOpenness: Set<String> = []

    private let progress: ProgressReporter
    private let journal: SessionJournal
    private let logbook: Logbook
    private let robot: RobotDescription
    private let clock: any Platform.Clock
    private var told: [Matter: Int] = [:]
    /// Causes for which weights were refused, told with the first of each.
    private var toldCauses: Set<WeightRefusal.Cause> = []
    private var learnerWatch = LearnerWatch()

    /// - Parameter clock: the robot's.
    init(
        progress: ProgressReporter, journal: SessionJournal, logbook: Logbook,
        robot: RobotDescription, clock: any Platform.Clock
    ) {
        self.progress = progress
        self.journal = journal
        self.logbook = logbook
        self.robot = robot
        self.clock = clock
    }

    /// Journals an event of now.
    ///
    /// - Parameters:
    ///   - episode: number in the session that it fell into; nil between episodes.
    ///   - causeCode: the guardian's, where it was the guardian.
    func record(
        _ kind: EventRecord.Kind, _ cause: String, episode: Int? = nil, causeCode: Int? = nil
    ) {
        let event = EventRecord(
            kind: kind, robotSeconds: logbook.tally.robotSeconds, episode: episode, cause: cause,
            causeCode: causeCode)
        journal.record(event)
        logbook.record(LogEvent(event))
    }

    /// Journals what happened, and says the same to a person.
    func tell(_ line: String, as kind: EventRecord.Kind = .note) {
        record(kind, line)
        progress.tell(line)
    }

    /// Says something to a person that is no event of the session.
    func say(_ line: String) { progress.tell(line) }

    /// Says what a person has to do, also to one who wants no progress.
    func ask(_ line: String) { progress.ask(line) }

    private func tellMore(
        _ matter: Matter, _ count: Int, as kind: EventRecord.Kind = .note, _ line: (Int) -> String
    ) {
        let before = told[matter] ?? 0
        guard count > before else { return }
        tell(line(count - before), as: kind)
        told[matter] = count
    }
}

// MARK: - The robot

extension Narrator {
    /// The guardian holds the robot, which may go on by itself.
    func tellHold(_ verdict: SafetyVerdict) {
        let line = verdict.line(for: robot)
        record(.hold, line, causeCode: Int(verdict.cause.rawValue))
        progress.tell("held: \(line)")
    }

    /// Limits cut so much of what is asked for that it should not stay so; the robot moves on.
    func tellClamping(_ share: Double) {
        let limits = DetectionLimits(robot: robot)
        tell(
            "the limits cut \(NumberText.wholePercent(share)) % of what the policy asked for in "
                + "\(NumberText.duration(limits.actionSeconds)); above "
                + "\(NumberText.wholePercent(limits.clampShare)) % the robot is held")
    }

    /// An axis follows so late that little more would stop the robot; it moves on.
    func tellLag(_ lag: TrackingLag) {
        let axis = robot.axes[lag.axis]
        guard axis.mustFollow else {
            tell(
                "axis \(axis.name): the gripper does not move, although it was commanded to for "
                    + "\(NumberText.duration(lag.seconds)); the arm continues")
            return
        }
        tell(
            "axis \(axis.name) was \(NumberText.short(lag.error)) \(axis.unit) behind its command for "
                + "\(NumberText.duration(lag.seconds)); at \(NumberText.short(axis.trackingError)) "
                + "\(axis.unit) the robot is stopped. A drive that gets weaker, a joint that rubs, or a speed limit "
                + "that it cannot keep: check it before the robot stops")
    }

    /// The force sensor reports something where nothing should touch the robot; its limits stay what they are.
    func tellForceBias(_ force: Double) {
        guard let limits = robot.task.force else { return }
        tell(
            "the force sensor reports \(NumberText.short(force)) N at home, where nothing should touch the "
                + "robot. That is not taken for zero: it slows down above \(NumberText.short(limits.contact)) N "
                + "and stops above \(NumberText.short(limits.stop)) N of what is reported, as before. If "
                + "nothing touches it, have its bridge take the sensor's bias away anew")
    }

    /// The robot stands still at the end of a step until the policy has decided the next.
    func tellLateDecision(_ seconds: Double) {
        tell(
            "the robot waited \(NumberText.duration(seconds)) for its policy to decide, of steps of "
                + "\(NumberText.duration(1 / robot.policyRateHz)); `hone doctor LAUNCH --knobs` "
                + "shows what makes decisions shorter")
    }

    /// The operator whom the robot follows gives no actions: it stands still until there are some.
    func tellOperatorSilence() {
        let line =
            "the operator behind the bridge has given no action for "
            + "\(NumberText.duration(EpisodeRunner.operatorSeconds)): the robot stands still until one comes"
        record(.hold, line)
        progress.tell("held: \(line)")
    }

    /// By the wall clock: what the bridge holds against the commands, or why it cannot be heard; once,
    /// until that is something else.
    func tellComplaint(of robot: any Robot) {
        switch robot.takeComplaint() {
        case nil: break
        case .strangeClock(let words)?: tell("\(BridgeError.strangeClock(words))")
        case .framesRefused(let words)?: tell("\(BridgeError.framesRefused(words))")
        case .flooded(let words)?: tell("\(BridgeError.flooded(words))")
        case let complaint?: tell("the bridge complains: \(complaint)")
        }
    }

    /// Who else can command the robot, where that is anybody; once an address.
    func tellOpenness(of address: String) {
        guard let line = Address.openness(of: address),
            toldOpenness.insert(address).inserted
        else { return }
        tell(line)
    }

    /// What the machine gives a robot that moves by the wall clock.
    ///
    /// - Parameter share: of its speed limits that the robot uses.
    func tell(_ machine: RealtimeMachine, share: Double) {
        var line = "real time \(machine.summary)"
        if share < 1 {
            line +=
                "; the robot uses \(NumberText.wholePercent(share)) % of its speed limits, and "
                + "`hone doctor` says how to get more"
        }
        progress.tell(line)
        logbook.record(
            LogEvent(
                level: machine.level == .full ? .info : .warning, name: "realtime", message: line))
    }
}

extension Narrator {
    /// Nothing keeps the machine from being suspended while the robot is connected.
    func tellSleep(_ refusal: String) {
        let line =
            "nothing keeps this machine from being suspended while the robot is connected: \(refusal); "
            + "`hone doctor` says what to do"
        progress.tell(line)
        logbook.record(LogEvent(level: .warning, name: "realtime", message: line))
    }
}

// MARK: - The process

extension Narrator {
    /// The process takes much of the memory that it may; the robot moves on.
    func tellMemory(_ bytes: UInt64, of budget: MemoryBudget) {
        tell(
            budget.line(for: bytes)
                + "; at \(NumberText.wholePercent(MemoryBudget.holdShare)) % the "
                + "robot is held")
    }

    /// It takes nearly all of it: the robot is about to be held.
    func tellFullMemory(_ bytes: UInt64, of budget: MemoryBudget) {
        let line =
            budget.line(for: bytes)
            + ": the episode ends and the robot is held. End the session with "
            + "Ctrl-C and resume it: a new process begins with little memory. Or close what else "
            + "takes this machine's memory and say start; a session that needs more gets it by "
            + "session.memory_mib in its launch file"
        record(.note, line)
        ask(line)
    }

    /// Somebody, or a time server, has set the time of day.
    ///
    /// The host of a virtual machine takes processor time while the cores are kept awake.
    func tellStolenTime(_ seconds: Double) {
        tell(
            "the machine's host took \(NumberText.duration(seconds)) of processor time within "
                + "\(NumberText.duration(StealWatch.seconds)) while the cores were kept awake: they may sleep again "
                + "(session.cores)")
    }

    /// - Parameter seconds: by how much, forwards.
    func tellWallClockStep(_ seconds: Double) {
        tell(
            "this machine's time of day was set \(seconds < 0 ? "back" : "forward") by "
                + "\(NumberText.duration(abs(seconds))); the session does not go by it and continues"
        )
    }
}

// MARK: - Log and learner

extension Narrator {
    /// What the recorder has to say: the log went on in another part, or the disk is slow.
    func tellNotices() {
        for notice in logbook.recorder.takeNotices() {
            tell(notice.message)
        }
    }

    /// Lines that `metrics.jsonl` did not take; on the screen only, for the file would not take this one either.
    ///
    /// - Parameter path: the file's.
    func tellLostLines(of path: String) {
        let lost = journal.lost
        let more = lost.count - (told[.lostLines] ?? 0)
        guard more > 0 else { return }
        progress.tell(
            "lines that could not be written to \(path): \(more) (\(lost.reason)); the log has them"
        )
        told[.lostLines] = lost.count
    }

    /// What became of the learner's weights and of the training episodes it was given.
    ///
    /// - Parameter weights: the folder of weights.
    func tell(of counters: TrainerCounters, weights: String) {
        for refusal in counters.refusals ?? [] where toldCauses.insert(refusal.cause).inserted {
            tell(refusal.sentence, as: .refusal)
        }
        tellMore(.refused, counters.refused, as: .refusal) { more in
            "sets of weights that did not pass the gate: \(more); none of them acts, and the learner "
                + "continues from its last resume point"
        }
        tellMore(.unwritten, counters.unwritten ?? 0) { more in
            "versions of the weights that could not be written to \(weights): \(more); none of "
                + "them acts, and the robot continues with earlier ones"
        }
        tellMore(.leftOut, counters.leftOut ?? 0) { more in
            "training episodes that the learner refused: \(more); it accepts episodes of 1 to "
                + "\(Episode.mostSteps) steps in which every number is finite"
        }
    }

    /// The learner's thread runs where and as it likes, beside one that must not be late.
    func tellLearnerInTheWay() {
        tell(
            "the learner's thread could not be kept off the core of the tick, or not put behind other programs: ticks may "
                + "come late while it learns")
    }

    /// Another process has told all that had been counted until then.
    func resume(from counters: TrainerCounters) {
        told[.refused] = counters.refused
        toldCauses = Set((counters.refusals ?? []).map(\.cause))
        told[.unwritten] = counters.unwritten ?? 0
        told[.leftOut] = counters.leftOut ?? 0
    }

    /// A learner on a thread of its own that does nothing although there is something to do.
    ///
    /// - Parameter warmup: training episodes that it waits for before it pays anything.
    func tellStaleLearner(_ trainer: Trainer, warmup: Int) {
        // Before and after training nobody waits for it.
        guard trainer.isRunning else { return }
        let counters = trainer.counters
        let lived = logbook.tally.training.outcomes.count
        guard learnerWatch.take(counters, lived: lived, warmup: warmup, now: clock.now) else {
            return
        }
        tell(
            "the learner has made no update for \(NumberText.duration(LearnerWatch.seconds)); updates "
                + "due: \(counters.debt), episodes not learned from yet: "
                + "\(max(0, lived - counters.given)). The robot continues with its present weights")
    }

    /// Training episodes that were all stopped: the robot moves, and nothing comes of it.
    func tellCutShort() {
        tell(
            "\(TrainingTally.tooManyCutShort) training episodes in a row were cut short, and the "
                + "learner does not use such episodes; the reason of each stands above. If the limits cut "
                + "what the policy asks for: record demonstrations that stay within them, or adapt "
                + "the limits to the robot")
    }

    /// Every try of a start state had to be stopped: it counts as failed.
    ///
    /// - Parameter number: of the start state, from 1.
    func tellGivenUp(_ number: Int) {
        tell(
            "start state \(number) counts as failed: the robot was stopped or "
                + "held in all \(EvaluationTally.mostTries) tries of it")
    }
}

// MARK: - Demonstrations

extension Narrator {
    /// What the demonstrations show, as far as it is remarkable, or all of it.
    func tellDemonstrated(_ summary: DemonstrationSummary, inFull: Bool) {
        if inFull { say(summary.table) }
        for line in summary.remarks { tell(line) }
    }
}
