import Embodiment
import Learning
import Platform
import Report

/// Episodes from start states of their own, the same ones each time, which say how good the present weights are.
struct Evaluation: Stage {
    /// The stage's name.
    let stage: String
    /// What it is called in the report.
    let name: String
    /// Start states.
    let episodes: Int
    /// Whether the critic chooses.
    let driver: Driver
    /// Where the report has what came out.
    let result: WritableKeyPath<SessionReport, SuccessRate?>
    /// On a robot that is connected; nil to connect for this stage alone.
    var runner: EpisodeRunner?

    func run(in session: Session) throws {
        try session.stage(stage) {
            guard let runner else {
                return try RobotLease.withRunner(in: session) { try evaluate(in: session, on: $0) }
            }
            try evaluate(in: session, on: runner)
        }
    }

    private func evaluate(in session: Session, on runner: EpisodeRunner) throws {
        session.report[keyPath: result] = try evaluate(
            EpisodeLoop(session: session, runner: runner))
    }

    private func evaluate(_ loop: EpisodeLoop) throws -> SuccessRate {
        let session = loop.session
        // Of `hone run` nobody knows how many there will be.
        session.progress.begin(
            stage, total: episodes == Int(Int32.max) ? 0 : episodes, unit: "episodes")
        session.acting.loadNewest()
        try Self.live(episodes, driver: driver, in: loop)
        let rate = report(session)
        session.progress.end(
            "success \(rate.text)", isCutShort: session.interrupt.isRequested)
        return rate
    }

    /// Episodes from those of the first start states that the tally has not, until a person ends it.
    static func live(_ episodes: Int, driver: Driver, in loop: EpisodeLoop) throws {
        let session = loop.session
        while session.tally.evaluation.done < episodes {
            let index = session.tally.evaluation.done
            let outcome = try loop.run(purpose: .evaluation, index: index, driver: driver)
            if outcome == .aborted {
                if session.interrupt.isRequested { break }
                try session.logbook.enter(.stoppedTry)
                // Stopped and started again: once more from the same start state, but not for ever.
                guard session.tally.evaluation.done > index else { continue }
                session.narrator.tellGivenUp(index + 1)
            }
            let tally = session.tally.evaluation
            session.progress.update(
                done: tally.done,
                figures: [.fraction("success", Double(tally.successes) / Double(tally.done))])
            try loop.passBoundary()
        }
    }

    private func report(_ session: Session) -> SuccessRate {
        let record = Self.record(name, of: session)
        session.report.evaluations.append(record)
        session.journal.record(record)
        return record.success
    }

    /// What the evaluation in progress has come to.
    static func record(_ name: String, of session: Session) -> EvaluationRecord {
        let tally = session.tally.evaluation
        let count = Double(max(1, tally.done))
        return EvaluationRecord(
            name: name, afterEpisodes: session.trainer.counters.episodes,
            policyVersion: Int(session.acting.version),
            success: SuccessRate(successes: tally.successes, episodes: tally.done),
            meanReturn: -Double(tally.length - tally.successes) / count,
            meanLength: Double(tally.length) / count)
    }
}
