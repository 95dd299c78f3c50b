import Configuration
import Embodiment
import Experience
import Foundation
import Platform

/// What the session subcommands do: prepare, run their stages, report, whatever happens.
public enum SessionCommand {
    /// Demonstrations in the lab, imitation, offline critic, evaluation, fine-tuning, evaluation.
    public static func demo(_ request: SessionRequest) throws {
        try run(request) { session in
            guard session.launch.simulation != nil else {
                throw SessionError.needsSimulator(session.launch.name)
            }
            try session.stage("demonstrations") {
                try session.withRobot(variant: .lab) { runner in
                    try session.demonstrate(
                        runner, successes: session.launch.session.demonstrations)
                }
            }
            try session.checkInterrupt()
            try session.pretrain()
            try improve(session)
        }
    }

    /// Demonstrations only.
    public static func record(_ request: SessionRequest) throws {
        try run(request) { session in
            try session.stage("demonstrations") {
                try session.withRobot(variant: session.launch.simulation.map { _ in .lab }) {
                    try session.demonstrate($0, successes: session.launch.session.demonstrations)
                }
            }
            try session.checkInterrupt()
        }
    }

    /// Policy and critic from recorded episodes.
    public static func pretrain(_ request: SessionRequest) throws {
        try run(request) { session in
            try load(request.data + session.launch.session.offlineData, into: session)
            try session.pretrain()
        }
    }

    /// n episodes with given weights.
    public static func evaluate(_ request: SessionRequest) throws {
        try run(request) { session in
            try session.loadWeights()
            try session.stage("evaluation") {
                try session.withRobot { runner in
                    session.report.successAfter = try session.evaluate(
                        runner, name: "evaluation",
                        episodes: session.launch.session.evaluationEpisodes,
                        driver: request.isGuided ? .guided : .imitation)
                }
            }
            try session.checkInterrupt()
        }
    }

    /// An autonomous session: start from weights, data or demonstrations; evaluate, improve, evaluate.
    public static func finetune(_ request: SessionRequest) throws {
        try run(request) { session in
            let data = request.data + session.launch.session.offlineData
            if !data.isEmpty { try load(data, into: session) }
            if request.weights != nil {
                try session.loadWeights()
            } else {
                if data.isEmpty {
                    try session.stage("demonstrations") {
                        try session.withRobot(
                            variant: session.launch.simulation.map { _ in .lab }
                        ) {
                            try session.demonstrate(
                                $0, successes: session.launch.session.demonstrations)
                        }
                    }
                    try session.checkInterrupt()
                }
                try session.pretrain()
            }
            try improve(session)
        }
    }

    /// Acts until Ctrl-C.
    public static func run(_ request: SessionRequest, episodes: Int?) throws {
        try run(request) { session in
            try session.loadWeights()
            try session.stage("run") {
                try session.withRobot { runner in
                    session.report.successAfter = try session.evaluate(
                        runner, name: "run", episodes: episodes ?? Int(Int32.max),
                        driver: request.isGuided ? .guided : .imitation)
                }
            }
        }
    }

    // MARK: Parts

    /// Evaluation, fine-tuning, evaluation on the robot of the launch file.
    private static func improve(_ session: Session) throws {
        let episodes = session.launch.session.evaluationEpisodes
        try session.withRobot { runner in
            session.report.successBefore = try session.stage("evaluation before") {
                try session.evaluate(
                    runner, name: "before", episodes: episodes, driver: .imitation)
            }
            // Returning, not throwing: one Ctrl-C parks the robot.
            if session.interrupt.isRequested { return }
            try session.stage("fine-tuning") { try session.fineTune(runner) }
            try session.saveCheckpoint()
            if session.interrupt.isRequested { return }
            session.report.successAfter = try session.stage("evaluation after") {
                try session.evaluate(runner, name: "after", episodes: episodes, driver: .guided)
            }
        }
        try session.checkInterrupt()
    }

    static func load(_ paths: [String], into session: Session) throws {
        guard !paths.isEmpty else {
            throw SessionError.noDemonstrations("no session named with --data: nothing")
        }
        for path in paths {
            for line in try OfflineData.admit(path, into: session.trainer.offline) {
                session.progress.note(line)
            }
        }
    }

    /// Reads the launch file and runs the stages.
    private static func run(_ request: SessionRequest, _ stages: (Session) throws -> Void) throws {
        let project = try ProjectLocation.find()
        let launch = try LaunchFile.read(
            request.launch, in: project, overrides: request.overrides)
        try run(request, launch: launch, project: project, stages)
    }

    /// Runs the stages of a launch and writes the report, also when they end early.
    static func run(
        _ request: SessionRequest, launch: Launch, project: Project,
        _ stages: (Session) throws -> Void
    ) throws {
        ProcessorKernels.prepare()
        let session = try Session(request: request, launch: launch, project: project)
        var failure: (any Error)?
        do { try stages(session) } catch { failure = error }
        if let failure { session.report.ended = "\(failure)" }
        session.progress.end()
        try session.finish()
        if request.json {
            Terminal.writeToStandardOutput(try session.report.json())
        } else {
            Terminal.writeToStandardOutput(
                session.report.summary(on: .standardOutput())
                    + "\nreport: \(session.directory.reportHTML.path)\n")
        }
        if let failure { throw failure }
    }
}

/// Where the YAML files are.
enum ProjectLocation {
    /// The project around the current directory, or around this program.
    static func find() throws(SessionError) -> Project {
        if let project = Project.find(from: FileManager.default.currentDirectoryPath) {
            return project
        }
        if let program = try? FileManager.default.destinationOfSymbolicLink(
            atPath: "/proc/self/exe"),
            let project = Project.find(from: (program as NSString).deletingLastPathComponent)
        {
            return project
        }
        throw .noProject(FileManager.default.currentDirectoryPath)
    }
}
