import Configuration
import Embodiment
import Experience
import Foundation
import Learning
import Platform

// What it takes to be killed at any instruction. In lockstep everything behind the newest resume
// point is lived once more, to the same bits; in real time what was lived counts, and only the
// learner goes back to the point. Nothing moves and no file changes before all of it is checked.
extension Session {
    /// The point that a session directory is resumed from, once it is sure that it may be.
    static func pointToResume(in directory: SessionDirectory) throws -> ResumePoint? {
        if let json = FileManager.default.contents(atPath: directory.reportJSON.path),
            let report = try? SessionReport(json: json), report.ended == "completed"
        {
            throw SessionError.finished(directory.url.path)
        }
        do throws(ResumeRefusal) {
            return try ResumePoint.newest(in: directory.checkpoints.path)
        } catch { throw SessionError.resumeRefused(directory.url.path, error) }
    }

    /// Writes a resume point; the robot stands at home, or none is connected.
    ///
    /// In real time the learner answers between two updates: the next boundary finds its state.
    func savePoint() throws {
        guard request.isResumable, let state = trainer.takeState() else { return }
        episodesSincePoint = 0
        try recorder.flush()
        var position = position
        position.stageSeconds = stageSeconds
        position.wallSeconds = wallSeconds
        var report = report
        if let robot { Session.add(robot.counters, to: &report) }
        report.samplesDropped += Int(tickLane.droppedTicks)
        report.swaps = acting.swaps
        let manifest = ResumeManifest(
            position: position, trainer: state.figures, actingVersion: acting.version,
            latency: acting.latency, lateness: lateness, report: report,
            journal: journal.collected,
            log: recorder.statistics.position,
            metricsByteCount: try journal.synchronise(), probe: try probe(state),
            clockNanoseconds: virtualClock.now.nanoseconds)
        var point = ResumePoint(manifest: manifest, state: state)
        do throws(ResumePointError) {
            try point.write(into: directory.checkpoints.path)
        } catch { throw SessionDirectoryError.unwritable(directory.checkpoints.path, "\(error)") }
    }

    /// What the kept weights decide for what the robot showed last.
    private func probe(_ state: TrainerState) throws -> ProbeDecision? {
        guard let weights = state.published else { return nil }
        let robot = launch.robot
        return try acting.probe(
            weights, lastObservation ?? Observation(count: robot.observation.count),
            number: position.decisionNumber)
    }

    /// Goes on from `resumePoint`, or begins again where there is none; before anything moves.
    func goOn() throws {
        do throws(ResumeRefusal) {
            try takeUp()
        } catch { throw SessionError.resumeRefused(directory.url.path, error) }
        do throws(PlatformError) { try trainer.writePublished() } catch {
            throw SessionDirectoryError.unwritable(directory.weights.path, "\(error)")
        }
        let behind = resumePoint?.manifest.log ?? .start
        if launch.schedule == .lockstep {
            try SessionLog.cut(in: directory.log.path, behind: behind, before: logPart)
        }
        let isRealtime = launch.schedule == .realtime
        var collected = resumePoint?.manifest.journal ?? SessionJournal.Collected()
        if isRealtime { catchUp(&collected) }
        try journal.goOn(
            from: collected,
            byteCount: isRealtime
                ? wholeLines(of: directory.metrics.path)
                : resumePoint?.manifest.metricsByteCount ?? 0)
        try sweep()
        try noteResume()
    }

    /// Removes what was being written aside when the process before was killed.
    private func sweep() throws {
        for folder in [directory.url, directory.log, directory.weights, directory.checkpoints] {
            for entry in try Files.list(folder.path)
            where !entry.isDirectory && Files.isAside(entry.name) {
                try Files.remove("\(folder.path)/\(entry.name)")
            }
        }
    }

    private func takeUp() throws(ResumeRefusal) {
        let manifest = resumePoint?.manifest
        let isRealtime = launch.schedule == .realtime
        let log: SessionLogReader
        do throws(LogError) {
            log = try SessionLogReader(
                session: directory.log.path, upTo: isRealtime ? nil : manifest?.log ?? .start)
        } catch { throw .unreadable("\(error)") }
        let lived = log.episodes().episodes
        if let point = resumePoint {
            try trainer.goOn(
                from: point.state, lived: lived, newest: isRealtime ? newestWeights(log) : 0)
            acting.goOn(
                from: point.manifest.actingVersion, swaps: point.manifest.report.swaps,
                latency: point.manifest.latency)
            try check(point.manifest.probe)
            position = point.manifest.position
            report = point.manifest.report
            // Points of older programs keep the tally of an evaluation that is over.
            if isFinished(position.stage) { position.evaluation = EvaluationTally() }
            refusalsTold = trainer.counters.refused
            leftOutTold = trainer.counters.leftOut ?? 0
            unwrittenTold = trainer.counters.unwritten ?? 0
            lateness = point.manifest.lateness
            virtualClock.advance(by: .nanoseconds(Int64(point.manifest.clockNanoseconds ?? 0)))
        }
        episodes.fill(lived.dropFirst(trainer.taken))
        lastObservation = lived.last?.transitions.last?.nextObservation
        if isRealtime { catchUp(with: lived, in: log) }
    }

    /// The first decision on a stored observation must be the recorded one, bit for bit.
    private func check(_ probe: ProbeDecision?) throws(ResumeRefusal) {
        guard let probe else { return }
        guard let observation = probe.vector(count: launch.robot.observation.count) else {
            throw .weights("the observation of the recorded decision is not this robot's")
        }
        let found = acting.probe(observation, number: probe.number)
        guard found == probe else {
            throw .decision(recorded: probe.actions, found: found.actions)
        }
    }

    /// Version of the newest weights on the disk, or in the log: numbers are never used twice in real time.
    ///
    /// The log says which ones acted; a machine that lost power may have lost their files.
    private func newestWeights(_ log: SessionLogReader) -> UInt32 {
        var newest =
            ((try? Files.list(directory.weights.path)) ?? []).compactMap { entry in
                UInt32(entry.name.prefix { $0 != "." })
            }.max() ?? 0
        log.records { record, _ in newest = max(newest, record.policyVersion) }
        return newest
    }

    /// Bytes of a file up to its last newline.
    private func wholeLines(of path: String) throws -> UInt64 {
        let bytes = try Files.read(path, limit: 1 << 30)
        return UInt64((bytes.lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1)
    }

    /// Of the event in the log with which another process goes on.
    private static let eventName = "session"

    private func noteResume() throws {
        var cause = "it was killed, or the machine lost power"
        if let json = FileManager.default.contents(atPath: directory.reportJSON.path),
            let last = try? SessionReport(json: json)
        {
            cause = last.ended
        }
        let resume = ResumeRecord(
            episode: Int(position.episodeNumber), robotSeconds: position.robotSeconds, cause: cause)
        report.resumes = (report.resumes ?? []) + [resume]
        report.ended = "completed"
        journal.record(resume)
        // What they say of the session is no longer so.
        for url in [directory.reportJSON, directory.reportHTML] { try Files.remove(url.path) }
        progress.note("goes on with episode \(resume.episode); before: \(cause)")
        _ = episodeLane.record(
            .event(
                LogEvent(
                    level: .info, name: Self.eventName,
                    message: "resumed with episode \(resume.episode); before: \(cause)")),
            at: clock.now)
    }

    /// Lets go of everything without a trace: the session could not be taken over.
    func abandon() {
        operatorServer.finish()
        trainer.learner.stop()
        try? recorder.close()
        try? Files.remove(SessionLog.path(in: directory.log.path, part: logPart))
    }
}

// MARK: - Real time

extension Session {
    /// Counts what was lived behind the point: it is in the log, and it is not lived once more.
    private func catchUp(with lived: [Episode], in log: SessionLogReader) {
        var began = MonotonicTime.zero
        var lasted: [UInt32: Double] = [:]
        var ended: Set<UInt32> = []
        var newestAborted: UInt32?
        /// What its own process did not outlive, by Ctrl-C or an error, is no try of the policy.
        func endProcess() {
            if let newestAborted { ended.remove(newestAborted) }
            newestAborted = nil
        }
        var highest: UInt32?
        var verdicts = VerdictTally()
        report.ticks = 0
        report.ticksLate = 0
        lateness.reset()
        let late = UInt64(launch.robot.tickSeconds * 1e9 / 2)
        log.records { record, time in
            switch record {
            case .episodeStart(let start):
                highest = max(highest ?? 0, start.number)
                began = time
                newestAborted = nil
            case .transition(let step):
                lasted[step.episode] = time.seconds(since: began)
                guard step.episode >= position.episodeNumber, step.decision != nil else { return }
                acting.noteLived(step.policyVersion)
            case .episodeEnd(let end):
                lasted[end.number] = time.seconds(since: began)
                ended.insert(end.number)
                if end.outcome == .aborted { newestAborted = end.number }
            case .event(let event) where event.name == Self.eventName: endProcess()
            case .tick(let tick):
                report.ticks += 1
                if tick.latenessNanoseconds > late { report.ticksLate += 1 }
                lateness.record(nanoseconds: tick.latenessNanoseconds)
                verdicts.note(tick)
            default: break
            }
        }
        endProcess()
        // Of the whole session, as the ticks are: what the point has of them is among these.
        report.holds = verdicts.holds
        report.stops = verdicts.stops
        let reported = trainingEpisodes()
        for episode in lived where episode.number >= position.episodeNumber {
            let before = position.robotSeconds
            position.robotSeconds += max(0, lasted[episode.number] ?? 0)
            position.decisionNumber += UInt64(episode.transitions.count)
            count(
                episode, wasEnded: ended.contains(episode.number), beganAt: before,
                reported: reported)
        }
        // One that was cut off in the middle has used its number, too.
        if let highest { position.episodeNumber = max(position.episodeNumber, highest + 1) }
    }

    /// Counts one episode that was lived behind the point.
    ///
    /// - Parameters:
    ///   - wasEnded: it came to an end, aborted ones too; false where its process was killed.
    ///   - beganAt: robot time, s.
    ///   - reported: training episodes as `metrics.jsonl` has them.
    private func count(
        _ episode: Episode, wasEnded: Bool, beganAt: Double, reported: [Int: EpisodeRecord]
    ) {
        let isSuccess = episode.outcome == .success
        switch episode.purpose {
        case .demonstration:
            position.demonstrations.tried += 1
            if isSuccess { position.demonstrations.successes += 1 }
        case .evaluation:
            // That its process was killed says nothing of the policy: it is no try.
            if wasEnded { position.evaluation.count(episode) }
        case .training:
            let began = position.training.beganAt ?? beganAt
            position.training.beganAt = began
            position.trainingSeconds = position.robotSeconds - began
            position.training.index += 1
            let index = position.training.index
            guard episode.outcome != .aborted else { return }
            position.training.outcomes.append(isSuccess)
            if isWarm(index - 1) { position.training.watch.remember(isSuccess: isSuccess) }
            report.episodes.append(
                reported[index]
                    ?? record(
                        of: episode, number: index,
                        version: episode.transitions.first?.policyVersion ?? 0, value: nil))
        }
    }

    /// Training episodes as `metrics.jsonl` has them: it knows what the critic expected.
    private func trainingEpisodes() -> [Int: EpisodeRecord] {
        Dictionary(readMetrics(EpisodeRecord.self).map { ($0.episode, $0) }) { _, last in last }
    }

    /// Takes the events behind the point into what the journal has collected; counts roll-backs.
    ///
    /// Each was written to `metrics.jsonl` when it was told, and nobody tells it again.
    private func catchUp(_ collected: inout SessionJournal.Collected) {
        let events = readMetrics(
            EventRecord.self, from: resumePoint?.manifest.metricsByteCount ?? 0)
        collected.events += events
        report.rollbacks += events.count { $0.kind == .rollback }
    }

    /// The records of one type in the whole lines of `metrics.jsonl`.
    ///
    /// - Parameter byte: where to begin; the start of a line.
    private func readMetrics<Record: Decodable>(
        _ type: Record.Type, from byte: UInt64 = 0
    ) -> [Record] {
        let newline = UInt8(ascii: "\n")
        let decoder = RecordCoding.decoder
        let bytes = (try? Data(contentsOf: directory.metrics)) ?? Data()
        guard let end = bytes.lastIndex(of: newline) else { return [] }
        // Lines of other records lack members of this one.
        return bytes[..<end].dropFirst(Int(clamping: byte)).split(separator: newline)
            .compactMap { try? decoder.decode(type, from: Data($0)) }
    }
}

extension LogRecord {
    /// Version of the weights that acted; 0 where none did.
    fileprivate var policyVersion: UInt32 {
        switch self {
        case .transition(let step): step.policyVersion
        case .tick(let tick): tick.origin?.policyVersion ?? 0
        default: 0
        }
    }
}
