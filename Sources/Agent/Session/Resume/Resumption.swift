import Configuration
import Embodiment
import Experience
import Foundation
import Learning
import Models
import Platform
import Recipe
import Report

/// What it takes to be killed at any instruction: resume points while a session runs, and going on from one.
///
/// At a pace that relives, everything behind the newest point is lived once more, to the same bits; by the wall clock what
/// was lived counts, and only the learner goes back to the point. Nothing moves before all of it is checked, and what
/// the processes before have written stays as it is until this one has got its robot going (`supersede`). Used from the
/// thread that runs episodes.
final class Resumption {
    /// Where the session is resumed from; nil for a new one, and for one that had not come to a first point.
    let point: ResumePoint?
    private var episodesSincePoint = 0
    /// Everything is restored, and the files are still those that were found.
    private(set) var isPending = false
    /// Ticks of the processes before.
    private var ticksBefore = 0

    /// - Parameter point: nil for a session that begins.
    init(from point: ResumePoint?) { self.point = point }

    /// Goes on in a session directory, once it is sure that it may.
    init(in directory: SessionDirectory) throws {
        if let last = Self.lastReport(of: directory), last.ended == "completed" {
            throw ResumeError.finished(directory.url.path)
        }
        do throws(ResumeRefusal) {
            point = try ResumePoint.newest(in: directory.checkpoints.path)
        } catch { throw ResumeError.refused(directory.url.path, error) }
    }

    private static func lastReport(of directory: SessionDirectory) -> SessionReport? {
        (try? Files.read(directory.reportJSON.path, limit: 64 << 20, .record))
            .flatMap { try? SessionReport(json: Data($0)) }
    }

    // MARK: Points

    /// An episode is over.
    func countEpisode() { episodesSincePoint += 1 }

    /// Writes a resume point when there have been enough episodes since the last.
    func savePointIfDue(of session: Session) throws {
        guard episodesSincePoint >= session.launch.session.checkpointEpisodes else { return }
        try savePoint(of: session)
    }

    /// Writes a resume point; the robot stands at home, or none is connected.
    ///
    /// A learner on a thread of its own answers between two updates: the next boundary finds its state.
    func savePoint(of session: Session) throws {
        guard session.request.isResumable, let state = session.trainer.takeState() else { return }
        episodesSincePoint = 0
        try supersede(session)
        try session.recorder.flush()
        let manifest = ResumeManifest(
            stage: session.times, watch: session.successWatch,
            trainer: state.figures, actingVersion: session.acting.version,
            latency: session.decisionLatency,
            report: session.reportSoFar, journal: session.journal.collected,
            log: session.recorder.statistics.position,
            metricsByteCount: try session.journal.synchronise(),
            probe: try keptDecision(state, in: session),
            clockNanoseconds: session.pace.clock.now.nanoseconds)
        var point = ResumePoint(manifest: manifest, state: state)
        let folder = session.directory.checkpoints.path
        do throws(ResumePointError) { try point.write(into: folder) } catch {
            throw SessionDirectoryError.unwritable(folder, "\(error)")
        }
    }

    /// What the kept weights decide for what the robot showed last.
    private func keptDecision(
        _ state: TrainerState, in session: Session
    ) throws -> ProbeDecision? {
        guard let weights = state.published else { return nil }
        let count = session.launch.robot.observation.count
        return try ProbeDecision(
            of: weights, with: session.prober,
            observation: session.tally.lastObservation ?? Observation(count: count),
            seed: session.launch.seed, number: session.tally.decisionNumber)
    }

    // MARK: Going on

    /// Goes on from `point`, or begins again where there is none; before anything moves.
    ///
    /// What there is of log, metrics and report changes with `supersede`.
    func resume(in session: Session) throws {
        let directory = session.directory
        do throws(ResumeRefusal) { try restore(session) } catch {
            throw ResumeError.refused(directory.url.path, error)
        }
        do throws(PlatformError) { try session.trainer.writePublished() } catch {
            throw SessionDirectoryError.unwritable(directory.weights.path, "\(error)")
        }
        let collected = point?.manifest.journal ?? SessionJournal.Collected()
        let byteCount = point?.manifest.metricsByteCount ?? 0
        if session.pace.relives {
            session.journal.resume(from: collected, byteCount: byteCount)
        } else {
            try session.journal.resume(behind: collected, byteCount: byteCount)
        }
        ticksBefore = session.tally.ticks.ticks
        isPending = true
        tellResume(session)
    }

    /// Takes log, metrics and report over from the processes before, which cuts off what is lived once more; once.
    ///
    /// Due as soon as a robot goes, and before anything is kept that stands on what was restored.
    func supersede(_ session: Session) throws {
        guard isPending else { return }
        let directory = session.directory
        if session.pace.relives {
            try SessionLog.cut(
                in: directory.log.path, behind: point?.manifest.log ?? .start,
                before: session.logPart)
        }
        try session.journal.supersede()
        try sweep(directory)
        // What they say of the session is no longer so.
        for url in [directory.reportJSON, directory.reportHTML] { try Files.remove(url.path) }
        isPending = false
    }

    /// Whether a session ends that has taken nothing over: what was found in its directory still holds.
    ///
    /// Not where a robot was commanded by the wall clock: that counts.
    func hasComeToNothing(_ session: Session) -> Bool {
        guard isPending else { return false }
        session.logbook.readTicks()
        return session.pace.relives || session.tally.ticks.ticks == ticksBefore
    }

    /// Becomes what the session was, all of it or an error.
    private func restore(_ session: Session) throws(ResumeRefusal) {
        let relives = session.pace.relives
        let lived: [Episode]
        do throws(LogError) {
            let log = try SessionLogReader(
                session: session.directory.log.path,
                upTo: relives ? point?.manifest.log ?? .start : nil)
            try session.logbook.resume(behind: log)
            lived = try log.episodes().episodes
        } catch { throw .unreadable("\(error)") }
        if let point {
            let manifest = point.manifest
            do throws(TrainerMismatch) {
                try session.trainer.resume(
                    from: point.state, lived: lived,
                    newest: relives ? 0 : newestWeights(of: session))
            } catch { throw .trainer(error) }
            session.acting.resume(from: manifest.actingVersion)
            session.decided = manifest.latency
            try check(manifest.probe, in: session)
            session.stageClock.resume(from: manifest.stage)
            session.report = manifest.report
            session.pace.realtime = manifest.report.realtime
            session.pace.resume(at: manifest.clockNanoseconds)
            session.narrator.resume(from: session.trainer.counters)
            session.successWatch = manifest.watch
        }
        let schedule = session.launch.algorithm.schedule
        session.successWatch.resume(
            behind: session.tally.training.outcomes.filter { schedule.isWarm($0.index) }
                .map(\.isSuccess))
        session.episodes.fill(lived.dropFirst(session.trainer.taken))
    }

    /// The first decision on a stored observation must be the recorded one, bit for bit.
    private func check(
        _ probe: ProbeDecision?, in session: Session
    ) throws(ResumeRefusal) {
        guard let probe else { return }
        guard let observation = probe.vector(count: session.launch.robot.observation.count) else {
            throw .otherObservation
        }
        let found = ProbeDecision(
            actor: session.acting.policy.actor, observation: observation,
            seed: session.launch.seed, number: probe.number)
        guard found == probe else {
            throw .decision(recorded: probe.actions, found: found.actions)
        }
    }

    /// Version of the newest weights on the disk, or in the log: numbers are never used twice by the wall clock.
    ///
    /// The log says which ones acted; a machine that lost power may have lost their files.
    private func newestWeights(of session: Session) -> UInt32 {
        let files = (try? Files.list(session.directory.weights.path)) ?? []
        return files.compactMap { UInt32($0.name.prefix { $0 != "." }) }
            .filter { $0 <= VersionFolder.mostVersions }
            .reduce(session.tally.newestVersion, max)
    }

    /// Removes what was being written aside when the process before was killed.
    private func sweep(_ directory: SessionDirectory) throws {
        for folder in [directory.url, directory.log, directory.weights, directory.checkpoints] {
            for entry in try Files.list(folder.path)
            where !entry.isDirectory && Files.isAside(entry.name) {
                try Files.remove("\(folder.path)/\(entry.name)")
            }
        }
    }

    private func tellResume(_ session: Session) {
        let directory = session.directory
        let cause =
            Self.lastReport(of: directory)?.ended ?? "it was killed, or the machine lost power"
        let resume = ResumeRecord(
            episode: Int(session.tally.episodeNumber), robotSeconds: session.tally.robotSeconds,
            cause: cause)
        session.report.resumes = (session.report.resumes ?? []) + [resume]
        session.report.ended = "completed"
        session.journal.record(resume)
        session.progress.tell("resumed with episode \(resume.episode); before: \(cause)")
        session.logbook.record(
            SessionMark.resumed("resumed with episode \(resume.episode); before: \(cause)").event)
    }
}
