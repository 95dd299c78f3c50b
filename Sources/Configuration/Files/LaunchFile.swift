import Embodiment
import Recipe

/// Reads `launch/<use>.yaml` with the robot and the calibration that it names.
public enum LaunchFile {
    /// Reads a launch, its robot and its calibration, or reports every mistake in all three at once.
    ///
    /// - Parameters:
    ///   - nameOrPath: a name in the project's `launch/`, or a path when it has a slash or ends in `.yaml`.
    ///   - overrides: `--set` arguments, each `a.b.c=value`, applied in order; they take the same way
    ///     as what is in the file, and mistakes in them are reported as `--set a.b.c=value`.
    public static func read(
        _ nameOrPath: String, in project: Project, overrides: [String] = []
    ) throws(ConfigurationErrors) -> Launch {
        let reading = Reading(project: project)
        let launch = read(nameOrPath, with: reading, overrides: overrides)
        try reading.diagnostics.check()
        guard let launch else { throw ConfigurationErrors(errors: reading.diagnostics.errors) }
        return launch
    }

    private static func read(
        _ nameOrPath: String, with reading: Reading, overrides: [String]
    ) -> Launch? {
        guard let found = reading.find(nameOrPath, in: .launch, mark: nil),
            let root = reading.parse(found, overrides: overrides)
        else { return nil }
        return decode(root, name: found.name, with: reading, overrides: overrides)
    }

    static func decode(
        _ root: YAMLNode, name: String, with reading: Reading, overrides: [String]
    ) -> Launch? {
        let file = Block(root: root, diagnostics: reading.diagnostics)
        guard Reading.checkSchema(of: file, is: .launch) else { return nil }
        let summary = file.text("summary", "what the launch is for, one line")
        let robotName = file.text("robot", "a name in robots/, or a path")
        let serial = file.text("calibration", "a serial in calibration/, or a path")
        let taskBlock = file.block("task", "what is to be accomplished", isRequired: true)
        let task = decodeTask(taskBlock)
        let schedule = file.choice(
            "schedule", ScheduleKind.self,
            "threads and the wall clock, or one thread and a virtual one: as fast as it goes, reproducible to the bit"
        )
        let simulationBlock = file.block(
            "simulation", "present: the embedded simulator is the robot", isRequired: false)
        let simulation = simulationBlock.flatMap { decodeSimulation($0) }
        let bridgeBlock = file.block(
            "bridge", "where the robot's bridge is; required without `simulation`",
            isRequired: simulationBlock == nil)
        let bridge = decodeBridge(
            bridgeBlock, schedule: schedule, isEmbedded: simulationBlock != nil)
        let driving = decodeDriving(
            file.block("driving", "how decisions reach the robot", isRequired: false))
        let seed = file.unsigned("seed", "seed of every random number", isRequired: true)
        let algorithm = AlgorithmBlocks.decode(file)
        let session = decodeSession(
            file.block("session", "amounts of episodes and time", isRequired: true))
        file.reportKeys()

        var robot: RobotDescription?
        if let robotName {
            robot = RobotFile.read(robotName, with: reading, mark: file.mark(of: "robot"))
        }
        var calibration: Calibration?
        if let serial {
            calibration = CalibrationFile.read(
                serial, for: robot, with: reading, mark: file.mark(of: "calibration"))
        }
        if let taskBlock, let task, let robot { checkLength(of: task, on: robot, taskBlock) }
        if let robot { AlgorithmBlocks.check(algorithm, on: robot, file: file) }
        guard reading.diagnostics.isEmpty, let summary, let robot, let calibration, let task,
            let bridge, let schedule, let seed, let session
        else { return nil }
        return Launch(
            name: name, summary: summary, robot: robot, calibration: calibration, task: task,
            bridge: bridge, driving: driving, schedule: schedule, seed: seed, algorithm: algorithm,
            session: session,
            simulation: simulation, overrides: overrides, remarks: reading.diagnostics.remarks,
            sources: reading.diagnostics.sources.filter { !$0.path.hasPrefix("--set ") })
    }

    private static func decodeDriving(_ block: Block?) -> DrivingSettings {
        var driving = DrivingSettings()
        guard let block else { return driving }
        if let milliseconds = block.number(
            "extra_delay_ms", .closed(0, 1000),
            "every decision lasts so much: it is asked for so long before its step begins, as of a policy that is slow",
            isRequired: false, absent: "0")
        {
            driving.extraDelaySeconds = milliseconds / 1000
        }
        block.reportKeys()
        return driving
    }

    private static func decodeTask(_ block: Block?) -> TaskSettings? {
        guard let block else { return nil }
        let name = block.name(
            "name", "the task as the bridge knows it, `{task}` of `bridge.command`")
        let instruction = block.text("instruction", "the same for a person, one sentence")
        let seconds = block.number(
            "max_episode_s", .above(0, upTo: 3600),
            "an episode that has not succeeded by then is ended, robot time")
        let success =
            block.choice(
                "success", SuccessSource.self,
                "who says that it is accomplished: the flag of a sample", isRequired: false,
                absent: SuccessSource.bridge.rawValue) ?? .bridge
        block.reportKeys()
        guard let name, let instruction, let seconds else { return nil }
        return TaskSettings(
            name: name, instruction: instruction, maxEpisodeSeconds: seconds, success: success)
    }

    /// A longer episode would be lived, and nothing could be learned from it.
    private static func checkLength(
        of task: TaskSettings, on robot: RobotDescription, _ block: Block
    ) {
        let steps = task.maxSteps(of: robot)
        guard steps > Episode.mostSteps else { return }
        block.report(
            "max_episode_s \(NumberRange.write(task.maxEpisodeSeconds)) at policy_rate_hz "
                + "\(NumberRange.write(robot.policyRateHz)) is \(steps) steps; an episode that is "
                + "trained on has at most \(Episode.mostSteps)", at: "max_episode_s")
    }

    private static func decodeBridge(
        _ block: Block?, schedule: ScheduleKind?, isEmbedded: Bool
    ) -> BridgeSettings? {
        var bridge = BridgeSettings(
            endpoint: "", command: [], isLockstep: schedule == .lockstep, connectSeconds: 30,
            resetSeconds: 60, silenceSeconds: 3)
        guard let block else { return bridge }
        let curve = block.block(
            "curve", "keys of an encrypted connection, made by `hone keys`", isRequired: false)
        bridge.curve = curve.flatMap { decodeCurve($0) }
        if let endpoint = block.text(
            "endpoint",
            "where to connect: `ipc://PATH` or `tcp://HOST:PORT`, of this machine unless `curve` is given",
            isRequired: false, absent: "a private socket for the bridge that `command` starts")
        {
            bridge.endpoint = endpoint
            if let problem = endpointProblem(endpoint, isEncrypted: curve != nil) {
                block.report("endpoint: \(problem)", at: "endpoint")
            }
        } else if let curve {
            curve.report("curve needs an endpoint: without one the socket is private", at: "")
        }
        if let command = block.texts(
            "command", count: 1...64,
            "words that start the bridge; `{endpoint}`, `{task}` and `{seed}` in them are filled in",
            isRequired: false)
        {
            bridge.command = command.map(\.text)
            for (word, mark) in command { placeholders(in: word, mark, block.diagnostics) }
        }
        if let isLockstep = block.boolean(
            "lockstep", "the same as `schedule`, and must agree with it", isRequired: false,
            absent: "as `schedule` says"), let schedule
        {
            bridge.isLockstep = isLockstep
            if isLockstep != (schedule == .lockstep) {
                block.report(
                    "lockstep: \(isLockstep) does not go with schedule: \(schedule.rawValue); "
                        + "leave it out", at: "lockstep")
            }
        }
        block.update(
            &bridge.connectSeconds, "connect_s", .above(0, upTo: 600),
            "how long the bridge may take to answer, from its start on")
        block.update(
            &bridge.resetSeconds, "reset_s", .above(0, upTo: 3600),
            "how long a reset of the scene may take, wall time")
        block.update(
            &bridge.silenceSeconds, "silence_s", .above(0, upTo: 600),
            "silence after which the bridge is taken for dead, wall time")
        block.reportKeys()
        for key in ["endpoint", "command"] where isEmbedded && block.has(key) {
            block.report(
                "\(key) is of a robot behind a bridge, and simulation makes the embedded simulator the robot: "
                    + "leave out one of the two", at: key)
        }
        if block.isBlock, !block.has("endpoint"), !block.has("command"), !isEmbedded {
            block.report(
                "bridge needs an endpoint to connect to or a command that starts one", at: "")
        }
        return bridge
    }

    private static func decodeCurve(_ block: Block) -> CurveSettings? {
        let file = block.text("secret_key", "file with the agent's secret key")
        let text = block.text(
            "bridge_key", "the bridge's public key, 40 characters in single quotes")
        block.reportKeys()
        let key = text.flatMap { PublicKey($0) }
        if text != nil, key == nil {
            block.report(
                "bridge_key: this is no public key; \(PublicKey.form), in single quotes",
                at: "bridge_key")
        }
        guard let file, let key else { return nil }
        return CurveSettings(secretKeyFile: file, bridgeKey: key)
    }

    /// Only the three names that the agent replaces may stand in braces.
    private static func placeholders(in word: String, _ mark: Mark, _ diagnostics: Diagnostics) {
        var rest = Substring(word)
        while let open = rest.firstIndex(of: "{") {
            guard let close = rest[open...].firstIndex(of: "}") else { return }
            let name = String(rest[rest.index(after: open)..<close])
            let known = ["endpoint", "task", "seed"]
            if Block.isName(name), !known.contains(name) {
                diagnostics.add(
                    .unknownChoice(
                        key: "bridge.command", found: "{\(name)}",
                        nearest: Nearest.match(name, in: known).map { "{\($0)}" },
                        choices: known.map { "{\($0)}" }), at: mark)
            }
            rest = rest[rest.index(after: close)...]
        }
    }

    /// What is wrong with a ZeroMQ endpoint; nil when nothing is.
    static func endpointProblem(_ text: String, isEncrypted: Bool = false) -> String? {
        if text.hasPrefix("ipc://") {
            let path = text.dropFirst(6)
            if path.isEmpty { return "ipc:// needs a path after it" }
            if let problem = Loopback.problem(ofLocalName: path) { return "\(text): \(problem)" }
            // The kernel's limit of a socket's path, less the final zero.
            return path.utf8.count > 107
                ? "the path of an ipc:// socket has at most 107 bytes" : nil
        }
        if text.hasPrefix("tcp://") {
            let address = text.dropFirst(6)
            guard let colon = address.lastIndex(of: ":"), colon > address.startIndex,
                let port = Int(address[address.index(after: colon)...]), (1...65535).contains(port)
            else { return "expected tcp://host:port, found \"\(text)\"" }
            return isEncrypted || Loopback.contains(address[..<colon])
                ? nil : "\(text) is refused: \(Loopback.advice)"
        }
        return "expected ipc://path or tcp://host:port, found \"\(text)\""
    }

    private static func decodeSession(_ block: Block?) -> SessionSettings? {
        guard let block else { return nil }
        let demonstrations = block.integer(
            "demonstrations", 0...10_000,
            "successful demonstrations that are recorded before training")
        let evaluation = block.integer(
            "evaluation_episodes", 1...10_000, "episodes of each evaluation")
        let points = decodePoints(block)
        let minutes = block.number(
            "robot_minutes", .above(0, upTo: 10_000), "robot time of fine-tuning")
        let episodes = block.integer(
            "max_online_episodes", 0...100_000, "episodes of fine-tuning at most")
        let workers =
            block.integer(
                "workers", 1...64,
                "threads that the learner computes with; what comes out does not depend on it",
                isRequired: false, absent: "1") ?? 1
        let directory =
            block.text(
                "directory", "folder in which session directories are made", isRequired: false,
                absent: "sessions") ?? "sessions"
        let swapAt =
            block.choice(
                "swap_at", SwapBoundary.self,
                "when new weights begin to act: between two steps or two episodes",
                isRequired: false, absent: SwapBoundary.episode.rawValue) ?? .episode
        let swapEvery =
            block.integer(
                "swap_every", 1...1_000_000, "updates between two swaps of weights, in real time",
                isRequired: false, absent: "100") ?? 100
        let retention = decodeRetention(block)
        let checkpoint =
            block.integer(
                "checkpoint_episodes", 1...10_000,
                "episodes between two points that a session can be resumed from", isRequired: false,
                absent: "10") ?? 10
        let memory = block.integer(
            "memory_mib", 64...16_777_216, "memory that the agent may take", isRequired: false,
            absent: "three quarters of the machine's, or its container's")
        let cores =
            block.choice(
                "cores", CoreWakefulness.self,
                "how deeply the processor's cores may sleep between two ticks, in real time",
                isRequired: false, absent: CoreWakefulness.measured.rawValue) ?? .measured
        let data =
            block.texts(
                "offline_data", count: 0...1000,
                "session directories whose episodes are learned from too", isRequired: false) ?? []
        block.reportKeys()
        guard let demonstrations, let evaluation, let minutes, let episodes else { return nil }
        return SessionSettings(
            demonstrations: demonstrations, evaluationEpisodes: evaluation,
            evaluationPoints: points, robotMinutes: minutes, maxOnlineEpisodes: episodes,
            workers: workers, directory: directory, swapAt: swapAt, swapEvery: swapEvery,
            retention: retention, checkpointEpisodes: checkpoint, memoryMiB: memory, cores: cores,
            offlineData: data.map(\.text))
    }

    /// `evaluate_every_minutes`, with `curve_episodes`.
    private static func decodePoints(_ block: Block) -> EvaluationPointSettings? {
        let minutes = block.number(
            "evaluate_every_minutes", .above(0, upTo: 10_000),
            "robot time of fine-tuning between two evaluations on the way, which are no robot time themselves and leave "
                + "what is learned as it is",
            isRequired: false, absent: "none on the way")
        let episodes = block.integer(
            "curve_episodes", 1...10_000,
            "episodes of each of those, from the first start states of an evaluation",
            isRequired: false, absent: "50")
        guard let minutes else {
            if episodes != nil, !block.has("evaluate_every_minutes") {
                block.report(
                    "curve_episodes goes with evaluate_every_minutes", at: "curve_episodes")
            }
            return nil
        }
        if let all = block.word("robot_minutes").flatMap(Double.init),
            all / minutes > Double(EvaluationPointSettings.most)
        {
            block.report(
                "evaluate_every_minutes \(NumberRange.write(minutes)) in robot_minutes "
                    + "\(NumberRange.write(all)) is more than \(EvaluationPointSettings.most) evaluations",
                at: "evaluate_every_minutes")
        }
        return EvaluationPointSettings(everyMinutes: minutes, episodes: episodes ?? 50)
    }

    private enum Retention: String, CaseIterable {
        case acted, every, last
    }

    /// `retain_versions`, with `retain_count` where it is not all that acted.
    private static func decodeRetention(_ block: Block) -> VersionRetention {
        let kind =
            block.choice(
                "retain_versions", Retention.self,
                "which weights that acted stay on the disk: all, one in `retain_count`, or the last `retain_count`",
                isRequired: false, absent: Retention.acted.rawValue) ?? .acted
        let count = block.integer(
            "retain_count", 1...1_000_000, "see `retain_versions`", isRequired: false)
        if kind != .acted, count == nil, !block.has("retain_count") {
            block.report(
                "retain_versions: \(kind.rawValue) needs a retain_count: one version in so many, or "
                    + "the last so many", at: "retain_versions")
        }
        if kind == .acted, count != nil {
            block.report(
                "retain_count goes with retain_versions: every or last", at: "retain_count")
        }
        return switch kind {
        case .acted: .acted
        case .every: .every(count: count ?? 1)
        case .last: .last(count: count ?? 1)
        }
    }

    private static func decodeSimulation(_ block: Block) -> SimulationSettings? {
        var settings = SimulationSettings(variant: .field, noise: 1)
        block.update(
            &settings.variant, "variant",
            "the world of evaluation and fine-tuning; demonstrations are of the `lab`")
        block.update(
            &settings.noise, "noise", .closed(0, 10),
            "of the scripted demonstrator: 0 is perfect, 1 a person's")
        block.reportKeys()
        return settings
    }
}
