import Configuration
import Embodiment
import Experience
import Foundation
import Learning
import Platform
import Report

/// What the session subcommands do: prepare, run their stages, report, whatever happens.
public enum SessionCommand {
    /// Demonstrations in the lab, imitation, offline critic, evaluation, fine-tuning, evaluation.
    public static func demo(_ request: SessionRequest) throws { try begin(request, .demo) }

    /// Demonstrations only.
    public static func record(_ request: SessionRequest) throws { try begin(request, .record) }

    /// Policy and critic from recorded episodes.
    public static func pretrain(_ request: SessionRequest) throws { try begin(request, .pretrain) }

    /// n episodes with given weights.
    public static func evaluate(_ request: SessionRequest) throws { try begin(request, .evaluate) }

    /// An autonomous session: start from weights, data or demonstrations; evaluate, improve, evaluate.
    public static func finetune(_ request: SessionRequest) throws { try begin(request, .finetune) }

    /// Acts until Ctrl-C.
    public static func run(_ request: SessionRequest, episodes: Int?) throws {
        var request = request
        request.episodes = episodes
        try begin(request, .run)
    }

    /// Goes on with a session that was interrupted, as it would have gone on.
    ///
    /// - Throws: `ResumeError` when it cannot go on exactly, or nobody allows what it was begun with; then nothing has
    ///   moved or changed.
    public static func resume(_ asked: ResumeRequest) throws {
        ProcessorKernels.prepare()
        let record = try ResumedRecord(asked)
        let (launch, request) = try record.readLaunch()
        let session = try Session(request: request, launch: launch, project: record.project)
        do {
            if !request.data.isEmpty { try load(request.data, into: session) }
            try session.resume()
        } catch {
            session.abandon()
            throw error
        }
        try complete(session, stages(of: record.command))
    }

    // MARK: Stages

    private static func stages(of command: SessionKind) -> (Session) throws -> Void {
        switch command {
        case .demo: demo
        case .record: record
        case .pretrain: pretrain
        case .evaluate: evaluate
        case .finetune: finetune
        case .run: act
        }
    }

    private static func demo(_ session: Session) throws {
        guard session.launch.simulation != nil else {
            throw NeedsSimulator(launch: session.launch.name)
        }
        guard session.launch.session.offlineData.isEmpty else {
            throw ArgumentError(
                "session.offline_data: hone demo makes its own demonstrations and learns from nothing else; "
                    + "hone pretrain and hone finetune learn from what others recorded")
        }
        try Demonstration().run(in: session)
        try Pretraining().run(in: session)
        try Improvement().run(in: session)
    }

    private static func record(_ session: Session) throws {
        try Demonstration().run(in: session)
    }

    private static func pretrain(_ session: Session) throws {
        try load(session.request.offlineData(of: session.launch), into: session)
        try Pretraining().run(in: session)
    }

    private static func finetune(_ session: Session) throws {
        let request = session.request
        let data = request.offlineData(of: session.launch)
        // A session that goes on has them already.
        if !data.isEmpty, !request.isResume { try load(data, into: session) }
        if request.weights != nil {
            if session.resumption.point == nil { try session.loadWeights() }
        } else {
            if data.isEmpty { try Demonstration().run(in: session) }
            try Pretraining().run(in: session)
        }
        try Improvement().run(in: session)
    }

    private static func evaluate(_ session: Session) throws {
        try act(
            session, name: "evaluation", episodes: session.launch.session.evaluationEpisodes)
        try session.checkInterrupt()
    }

    private static func act(_ session: Session) throws {
        try act(session, name: "run", episodes: session.request.episodes ?? Int(Int32.max))
    }

    /// Episodes with given weights.
    private static func act(_ session: Session, name: String, episodes: Int) throws {
        try session.loadWeights()
        try Evaluation(
            stage: name, name: name, episodes: episodes,
            driver: session.request.isGuided ? .guided : .imitation, result: \.successAfter
        ).run(in: session)
    }

    static func load(_ paths: [String], into session: Session) throws {
        guard !paths.isEmpty else { throw StageError.noData }
        var known = KnownEpisodes()
        for path in paths {
            let admission = try OfflineData.admit(path, into: session.trainer.offline, &known)
            for line in admission.lines { session.progress.tell(line) }
            for line in admission.damage {
                session.report.caveats = (session.report.caveats ?? []) + [line]
                session.narrator.tell(line)
            }
        }
    }

    // MARK: Running

    private static func begin(_ asked: SessionRequest, _ command: SessionKind) throws {
        var request = asked
        request.command = command
        let project = try ProjectLocation.find()
        let launch = try LaunchFile.read(
            request.launch, in: project, overrides: request.overrides)
        try run(request, launch: launch, project: project, stages(of: command))
    }

    /// Runs the stages of a launch and writes the report, also when they end early.
    static func run(
        _ request: SessionRequest, launch: Launch, project: Project,
        _ stages: (Session) throws -> Void
    ) throws {
        ProcessorKernels.prepare()
        let session = try Session(request: request, launch: launch, project: project)
        try complete(session, stages)
    }

    /// Runs the stages and writes the report, also when they end early.
    private static func complete(
        _ session: Session, _ stages: (Session) throws -> Void
    ) throws {
        let request = session.request
        var failure: (any Error)?
        do {
            try session.open()
            try stages(session)
            try session.resumption.supersede(session)
        } catch { failure = error }
        if let failure { session.report.ended = "\(failure)" }
        session.progress.end(isCutShort: failure != nil)
        if let failure, session.hasFailedToStart(because: failure) {
            let reason = session.withdraw(after: failure)
            if request.json { Terminal.writeToStandardOutput(try session.report.json()) }
            throw reason
        }
        defer {
            if failure != nil, let command = request.command, command.isResumable {
                Terminal.writeToStandardError(
                    "resume with: hone \(command.rawValue) --resume "
                        + "\(session.directory.url.path)\n")
            }
        }
        if let failure {
            if session.resumption.hasComeToNothing(session) {
                session.abandon()
                if request.json { Terminal.writeToStandardOutput(try session.report.json()) }
                throw failure
            }
            try? session.resumption.supersede(session)
        }
        do { try session.finish() } catch {
            // What ended the session says more than what the end of it could not write.
            if let hanging = hanging(session, failure ?? error) { throw hanging }
            throw failure ?? error
        }
        if request.json {
            Terminal.writeToStandardOutput(try session.report.json())
        } else {
            Terminal.writeToStandardOutput(
                session.report.summary(on: .standardOutput())
                    + "\nreport: \(session.directory.reportHTML.path)\n")
        }
        if let hanging = hanging(session, failure) { throw hanging }
        if let failure { throw failure }
    }

    /// The error of a session whose learner hangs: it decides how the process ends.
    private static func hanging(_ session: Session, _ failure: (any Error)?) -> LearnerHangs? {
        guard session.trainer.isAbandoned else { return nil }
        if let failure = failure as? LearnerHangs { return failure }
        return LearnerHangs(
            seconds: Trainer.patienceSeconds, reason: failure.map { "\($0)" })
    }
}
