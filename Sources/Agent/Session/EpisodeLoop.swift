import Configuration
import Control
import Driving
import Embodiment
import Experience
import Foundation
import Learning
import Platform
import Recipe

/// One episode after the other on a robot: each recorded, counted and durable, and what is due between two of them.
///
/// Used from the thread that runs episodes.
struct EpisodeLoop {
    let session: Session
    let runner: EpisodeRunner

    /// Start states are numbered; the bridge mixes the purpose in, so that purposes never share one.
    private func startSeed(_ index: Int) -> UInt64 {
        (session.launch.seed &+ 1) &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(index)
    }

    /// Runs one episode to its end, or until a robot that was stopped in it may go on.
    ///
    /// - Parameter index: of the start state among those of its purpose.
    /// - Returns: how it ended; `aborted` where it was stopped.
    func run(purpose: EpisodePurpose, index: Int, driver: Driver) throws -> EpisodeOutcome {
        let tally = session.tally
        // An evaluation on the way is one of the weights that it began with.
        let point = tally.curve.open
        if point == nil,
            session.launch.session.swapAt == .episode || tally.decisionNumber == 0
        {
            session.acting.loadNewest()
        }
        let number = point == nil ? tally.episodeNumber : tally.curve.nextEpisode
        let result: EpisodeResult
        do throws(EpisodeFailure) {
            result = try runner.run(
                number: number, seed: startSeed(index), purpose: purpose, driver: driver,
                exploration: Exploration(
                    of: driver, in: number, for: purpose, session.launch.algorithm),
                firstDecision: point.map { CurveTally.firstDecision(point: $0, index: index) }
                    ?? tally.decisionNumber)
        } catch {
            try? end(error.episode, at: error.times.ended)
            try? session.recorder.flush()
            try session.attendance.standBy(error.error, runner.robot, episode: Int(number))
            return .aborted
        }
        do {
            try end(result.episode, at: result.times.ended)
            try session.makeDurable()
        } catch {
            try session.attendance.standBy(
                .recording("\(error)"), runner.robot, episode: Int(number))
        }
        return result.episode.outcome
    }

    /// Records an episode's end, behind what the runner has given of it.
    private func end(_ episode: Episode, at time: MonotonicTime) throws {
        try session.logbook.enter(
            .episodeEnd(
                EpisodeEnd(
                    number: episode.number, outcome: episode.outcome,
                    steps: UInt32(episode.transitions.count))), at: time)
    }

    /// Between two episodes: drives home, and writes a resume point when one is due.
    ///
    /// The robot moves right before the next scene is asked for, so that a bridge that died while the
    /// learner was busy is noticed by its silence, not by the long patience of a reset.
    func passBoundary() throws {
        var isHome = false
        while !isHome {
            do throws(RobotError) {
                try runner.goHome()
                isHome = true
            } catch {
                try session.attendance.standBy(
                    error, runner.robot, episode: Int(session.tally.episodeNumber) - 1)
            }
        }
        session.logbook.readTicks()
        session.journalTicks()
        let (narrator, trainer) = (session.narrator, session.trainer)
        narrator.tell(of: trainer.counters, weights: session.directory.weights.path)
        narrator.tellStaleLearner(
            trainer, warmup: session.launch.algorithm.schedule.warmupEpisodes)
        narrator.tellNotices()
        narrator.tellLostLines(of: session.directory.metrics.path)
        narrator.tellComplaint(of: runner.robot)
        // Where nothing is learned nobody else takes the episodes: they would fill the memory.
        if session.request.command?.learns == false { trainer.absorb() }
        // Nor has an evaluation on the way resume points of its own: the learner keeps those that it has without one.
        if session.tally.curve.open == nil { session.resumption.countEpisode() }
        // The robot is at home and every episode on the disk: the moment to wait or end before it is full.
        try session.attendance.outlastDisk(of: session.robot) {
            try session.disk.checkRoom()
            try session.resumption.savePointIfDue(of: session)
        }
    }
}
