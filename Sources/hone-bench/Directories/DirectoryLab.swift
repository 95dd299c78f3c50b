import Agent
import Configuration
import Datasets
import Foundation
import Platform

/// Where spoiled session directories are opened: a project, a killed session of it, and what must stay as it is.
struct DirectoryLab {
    /// All of it.
    let folder: String
    /// The robot, calibration and launch files.
    var project: String { folder + "/project" }
    /// What nobody may touch.
    var outside: String { folder + "/outside" }
    /// The session that all are copies of.
    private var base: String { folder + "/base" }
    /// The one that is opened now, in the folder that a project's sessions are in.
    var session: String { folder + "/sessions/case" }
    /// What the process that opens them says.
    var said: String { folder + "/said.txt" }
    /// What a program that is run unasked makes.
    var trace: String { outside + "/ran" }
    /// A file of this user's in the machine's memory that is no ring.
    var decoy: String {
        "\(SharedMemory.memoryDisk)/hone-\((1 << 22) + 1)-1-\(Self.name(of: folder))"
    }
    private var place: String { folder + "/at" }

    init(_ folder: String) { self.folder = URL(fileURLWithPath: folder).standardizedFileURL.path }

    /// Different for each folder, digits alone.
    private static func name(of folder: String) -> UInt32 { CRC32.checksum(Array(folder.utf8)) }

    // MARK: Making

    /// Makes all of it; the session is lived by the embedded simulator, some seconds.
    func make() throws {
        let files = FileManager.default
        try? files.removeItem(atPath: folder)
        for path in [project, outside + "/folder", folder + "/sessions"] {
            try Files.makeDirectories(path)
        }
        for part in ["robots", "calibration", "launch"] {
            try Files.makeDirectories("\(project)/\(part)")
            for name in try files.contentsOfDirectory(atPath: part) where name.hasSuffix(".yaml") {
                try files.copyItem(atPath: "\(part)/\(name)", toPath: "\(project)/\(part)/\(name)")
            }
        }
        let text = try String(contentsOfFile: "launch/demo.yaml", encoding: .utf8)
        let simulation = try text.range(of: "simulation:\n").orThrow(
            DirectoryFault("launch/demo.yaml has no simulation"))
        let rest = text[simulation.upperBound...].drop { $0 != "\n" }.dropFirst().drop {
            $0 != "\n"
        }
        let launch =
            text[..<simulation.lowerBound]
            + "bridge:\n  endpoint: ipc://\(folder)/robot\n  connect_s: 0.05\n" + rest
        try Files.replace("\(project)/launch/demo.yaml", with: Array(launch.utf8))
        for name in ["file", "folder/session.mcap", "folder/resume-000001", "folder/.lock"] {
            try Files.replace("\(outside)/\(name)", with: Array("precious \(name)\n".utf8))
        }
        try Files.replace(decoy, with: Array(repeating: 7, count: 8192))
        try live()
    }

    /// A session that is killed in its fine-tuning.
    private func live() throws {
        let program = try MeasuredSession.program()
        let robot = try ChildProcess.spawn(
            executable: program,
            arguments: [
                "sim", "--endpoint", "ipc://\(folder)/robot", "--lockstep", "--reset-seconds",
                "0.05",
            ])
        let wait = "bridge.connect_s=60"
        let settings =
            [
                wait, "policy.hidden=16", "policy.num_blocks=1", "policy.time_dim=8",
                "policy.batch_size=16", "critic.hidden=16", "critic.critic_ensemble_size=2",
                "critic.num_bins=16", "critic.batch_size=16",
                "optimisation.num_base_policy_actions=4", "optimisation.num_actions_to_keep=2",
                "optimisation.num_steps=1", "session.demonstrations=1",
                "session.evaluation_episodes=1", "session.robot_minutes=600",
                "task.max_episode_s=5",
                "session.max_online_episodes=10000", "session.checkpoint_episodes=1",
                "training.num_imitation_updates=20", "training.num_offline_updates=20",
                "training.num_warmup_trajectories=1", "training.critic_utd=0.5",
                "training.base_policy_utd=0.5",
            ]
        let agent = try ChildProcess.spawn(
            executable: "/usr/bin/env",
            arguments: [
                "-C", project, program, "finetune", "demo", "--quiet", "--directory", base,
            ] + settings.flatMap { ["--set", $0] }, output: said, errors: said)
        defer {
            for child in [agent, robot] {
                child.kill()
                _ = child.wait()
            }
        }
        while agent.wait(timeout: .milliseconds(5)) == nil {
            let lines =
                (try? String(contentsOfFile: base + "/metrics.jsonl", encoding: .utf8)) ?? ""
            if lines.components(separatedBy: "\"monte_carlo_return\"").count > 2 { break }
        }
        guard agent.isRunning else { throw DirectoryFault("no session was lived: \(lastWords)") }
        agent.kill()
        _ = agent.wait()
        let url = URL(fileURLWithPath: base + "/session.json")
        var record = try SessionRecord(reading: url)
        record.overrides.removeAll { $0 == wait }
        try record.write(to: url)
        // A socket cannot be copied.
        try Files.remove(base + "/control")
    }

    // MARK: Opening

    /// Puts the session where it is opened, as it was.
    func begin(_ number: Int) throws {
        try Files.replace(place, with: Array("\(number)".utf8), isDurable: false)
        try? FileManager.default.removeItem(atPath: folder + "/sessions")
        try Files.makeDirectories(folder + "/sessions")
        try FileManager.default.copyItem(atPath: base, toPath: session)
    }

    /// What a person would do with it; whatever is wrong with it is an error, and none of them matters here.
    func open() {
        try? EpisodesCommand.list(session, json: false)
        try? EpisodesCommand.verify(session, json: false)
        var asked = ResumeRequest(directory: session)
        asked.project = project
        (asked.quiet, asked.isHeld, asked.isAttended) = (true, true, false)
        try? SessionCommand.resume(asked)
        try? EpisodesCommand.recover(session, output: nil, json: false)
    }

    /// The number of the one that is opened now.
    var number: Int? {
        (try? String(contentsOfFile: place, encoding: .utf8)).flatMap { Int($0) }
    }

    /// What the process that opens them said last.
    var lastWords: String { LastWords(of: said).line ?? "it said nothing" }

    // MARK: Surroundings

    /// Everything that must stay as it is: kind, size, times and content by path.
    func surroundings() throws -> [String: String] {
        var found: [String: String] = [decoy: facts(of: decoy)]
        for place in [project, outside, base] { try look(at: place, &found) }
        for entry in try Files.list(folder + "/sessions") where entry.name != "case" {
            found[entry.name] = "beside the session"
        }
        return found
    }

    private func look(at place: String, _ found: inout [String: String]) throws {
        for entry in try Files.list(place) {
            let path = "\(place)/\(entry.name)"
            found[path] = facts(of: path)
            if entry.isDirectory { try look(at: path, &found) }
        }
    }

    private func facts(of path: String) -> String {
        var status = stat()
        guard lstat(path, &status) == 0 else { return "nothing" }
        // Links that lead there from a case come and go, and change no more than the count and its time.
        return
            "\(status.st_mode) \(status.st_size) \(status.st_mtim.tv_sec) \(status.st_mtim.tv_nsec) "
            + "\(status.st_uid) \(status.st_ino)"
    }
}

extension Optional {
    /// What is there, or an error.
    fileprivate func orThrow(_ error: DirectoryFault) throws -> Wrapped {
        guard let self else { throw error }
        return self
    }
}
