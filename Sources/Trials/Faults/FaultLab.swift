import Bridge
import Configuration
import Driving
import Embodiment
import Experience
import Foundation
import Learning
import Platform
import Report
import Simulation

/// Where faults are injected: this program as a process, folders of its own, the project's files.
///
/// One thread.
final class FaultLab {
    let project: Project
    /// The `hone` program.
    let program: String
    /// Everything the rows write, removed with the lab.
    let folder: String
    let clock = SystemClock()
    /// Of every random choice; printed.
    let seed: UInt64
    private var number = 0
    private var weights: String?
    private var demonstrations: String?

    /// - Parameter program: this one, unless it is not `hone` that runs.
    init(seed: UInt64, program: String = BridgeProcess.ownExecutable) throws {
        self.seed = seed
        self.program = program
        project = try ProjectLocation.find()
        // Short, for sockets: their paths hold 107 characters.
        folder = "/tmp/hone-faults-\(getpid())-\(UInt16.random(in: 0...UInt16.max))"
        guard mkdir(folder, 0o700) == 0 else {
            throw FaultLabError.noFolder(folder, errno: errno)
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// A new folder.
    func scratch() throws -> String {
        number += 1
        let path = folder + "/\(number)"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true)
        return path
    }

    /// How a run of the program ended.
    struct Outcome {
        var code: Int32
        var output: String
        var errors: String

        /// The last line of standard error, what a person reads.
        var lastWords: String {
            let line = errors.split(separator: "\n").last.map(String.init) ?? "nothing"
            return String(line.prefix(240))
        }

        /// The first line of standard error that holds these words; "nothing" where none does.
        func line(with words: String) -> String {
            errors.split(separator: "\n").map(String.init).first { $0.contains(words) } ?? "nothing"
        }
    }

    /// Runs `hone` to its end in the project, or in another folder.
    func hone(
        _ arguments: [String], in place: String? = nil, within limit: Duration = .seconds(120)
    ) throws -> Outcome {
        let scratch = try scratch()
        let child = try ChildProcess.spawn(
            executable: "/usr/bin/env",
            arguments: ["-C", place ?? project.root, program] + arguments,
            environment: ["NO_COLOR": "1"], output: scratch + "/output",
            errors: scratch + "/errors")
        if child.wait(timeout: limit) == nil { child.kill() }
        return Outcome(
            code: child.wait(), output: Self.text(scratch + "/output"),
            errors: Self.text(scratch + "/errors"))
    }

    static func text(_ path: String) -> String {
        String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
    }

    /// What a session that has ended reports.
    func report(of session: String) throws -> SessionReport {
        try SessionReport(json: Data(Self.text(session + "/report.json").utf8))
    }

    /// A run that must be refused before anything moves.
    func refusal(
        of arguments: [String], in place: String? = nil, codes: Set<Int32>, words: [String]
    ) throws -> FaultEvidence {
        let outcome = try hone(arguments, in: place)
        var evidence = FaultEvidence(
            robot: "nothing moved: refused with exit code \(outcome.code)", lost: "nothing to lose",
            operatorSaw: outcome.lastWords)
        evidence.expect(codes.contains(outcome.code), "exit code \(outcome.code)")
        for word in words {
            evidence.expect(outcome.errors.contains(word), "standard error lacks \"\(word)\"")
        }
        return evidence
    }

    /// A copy of the project's YAML files that a row may change.
    func projectCopy() throws -> String {
        let copy = try scratch()
        for part in ["robots", "calibration", "launch"] {
            let source = project.root + "/" + part
            try FileManager.default.createDirectory(
                atPath: copy + "/" + part, withIntermediateDirectories: true)
            for name in try FileManager.default.contentsOfDirectory(atPath: source)
            where name.hasSuffix(".yaml") {
                try FileManager.default.copyItem(
                    atPath: source + "/" + name, toPath: copy + "/" + part + "/" + name)
            }
        }
        return copy
    }

    /// Replaces text in a file; a file that does not hold it is an error of the row.
    func change(_ path: String, _ old: String, _ new: String) throws {
        let text = Self.text(path)
        guard text.contains(old) else {
            throw FaultLabError.notInFile(path, text: old)
        }
        try text.replacingOccurrences(of: old, with: new)
            .write(toFile: path, atomically: true, encoding: .utf8)
    }

    // MARK: Small sessions in lockstep

    /// `--set` arguments for networks that cost next to nothing.
    static let tiny = [
        "policy.hidden=16", "policy.num_blocks=1", "policy.time_dim=8", "policy.batch_size=16",
        "critic.hidden=16", "critic.critic_ensemble_size=2", "critic.num_bins=16",
        "critic.batch_size=16", "optimisation.num_base_policy_actions=4",
        "optimisation.num_actions_to_keep=2", "optimisation.num_steps=1",
        "session.demonstrations=2", "session.evaluation_episodes=2", "session.robot_minutes=0.5",
        "session.max_online_episodes=2", "training.num_imitation_updates=60",
        "training.num_offline_updates=60", "training.num_warmup_trajectories=1",
        "training.critic_utd=0.5", "training.base_policy_utd=0.5",
    ].flatMap { ["--set", $0] }

    /// A session of demonstrations, made once.
    func recordedSession() throws -> String {
        if let demonstrations { return demonstrations }
        let recorded = try scratch() + "/recorded"
        try make(["record", "demo", "--directory", recorded])
        demonstrations = recorded
        return recorded
    }

    private func make(_ arguments: [String]) throws {
        let outcome = try hone(arguments + ["--quiet"] + Self.tiny)
        guard outcome.code == 0 else { throw FaultLabError.noSession(outcome.errors) }
    }

    /// Weights of the launch's own size that have imitated what there is for as long as it takes to move smoothly.
    func imitatingSession() throws -> String {
        let trained = try scratch() + "/imitating"
        let sets = ["training.num_imitation_updates=3000", "training.num_offline_updates=60"]
        let outcome = try hone(
            [
                "pretrain", "demo", "--data", try recordedSession(), "--directory", trained,
                "--quiet",
            ]
                + sets.flatMap { ["--set", $0] })
        guard outcome.code == 0 else { throw FaultLabError.noSession(outcome.errors) }
        return trained
    }

    /// A session with a log and weights, made once.
    func trainedSession() throws -> String {
        if let weights { return weights }
        let recorded = try recordedSession()
        let trained = try scratch() + "/trained"
        try make(["pretrain", "demo", "--data", recorded, "--directory", trained])
        try FileManager.default.copyItem(
            atPath: recorded + "/log/session.mcap", toPath: trained + "/recorded.mcap")
        weights = trained
        return trained
    }

    /// The bytes of its checkpoint.
    func checkpoint() throws -> [UInt8] {
        let folder = try trainedSession() + "/checkpoints"
        guard let newest = CheckpointFile.newest(in: folder) else {
            throw CheckpointError.none(folder)
        }
        return try CheckpointFile.read(newest.file)
    }
}
