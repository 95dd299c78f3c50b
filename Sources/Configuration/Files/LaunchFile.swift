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

    private static func decode(
        _ root: YAMLNode, name: String, with reading: Reading, overrides: [String]
    ) -> Launch? {
        let file = Block(root: root, diagnostics: reading.diagnostics)
        Reading.checkSchema(of: file, is: .launch)
        let summary = file.text("summary")
        let robotName = file.text("robot")
        let serial = file.text("calibration")
        let taskBlock = file.block("task", isRequired: true)
        let task = decodeTask(taskBlock)
        let schedule = file.choice("schedule", ScheduleKind.self)
        let simulationBlock = file.block("simulation", isRequired: false)
        let simulation = simulationBlock.flatMap { decodeSimulation($0) }
        let bridgeBlock = file.block("bridge", isRequired: simulationBlock == nil)
        let bridge = decodeBridge(
            bridgeBlock, schedule: schedule, isEmbedded: simulationBlock != nil)
        let seed = file.unsigned("seed", isRequired: true)
        let algorithm = AlgorithmBlocks.decode(file)
        let session = decodeSession(file.block("session", isRequired: true))
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
        guard reading.diagnostics.isEmpty, let summary, let robot, let calibration, let task,
            let bridge, let schedule, let seed, let session
        else { return nil }
        return Launch(
            name: name, summary: summary, robot: robot, calibration: calibration, task: task,
            bridge: bridge, schedule: schedule, seed: seed, algorithm: algorithm, session: session,
            simulation: simulation, overrides: overrides,
            sources: reading.diagnostics.sources.filter { !$0.path.hasPrefix("--set ") })
    }

    private static func decodeTask(_ block: Block?) -> TaskSettings? {
        guard let block else { return nil }
        let name = block.name("name")
        let instruction = block.text("instruction")
        let seconds = block.number("max_episode_s", .above(0, upTo: 3600))
        let success = block.choice("success", SuccessSource.self, isRequired: false) ?? .bridge
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
        let curve = block.block("curve", isRequired: false)
        bridge.curve = curve.flatMap { decodeCurve($0) }
        if let endpoint = block.text("endpoint", isRequired: false) {
            bridge.endpoint = endpoint
            if let problem = endpointProblem(endpoint, isEncrypted: curve != nil) {
                block.report("endpoint: \(problem)", at: "endpoint")
            }
        } else if let curve {
            curve.report("curve needs an endpoint: without one the socket is private", at: "")
        }
        if let command = block.texts("command", count: 1...64, isRequired: false) {
            bridge.command = command.map(\.text)
            for (word, mark) in command { placeholders(in: word, mark, block.diagnostics) }
        }
        if let isLockstep = block.boolean("lockstep", isRequired: false), let schedule {
            bridge.isLockstep = isLockstep
            if isLockstep != (schedule == .lockstep) {
                block.report(
                    "lockstep: \(isLockstep) does not go with schedule: \(schedule.rawValue); "
                        + "leave it out", at: "lockstep")
            }
        }
        block.update(&bridge.connectSeconds, "connect_s", .above(0, upTo: 600))
        block.update(&bridge.resetSeconds, "reset_s", .above(0, upTo: 3600))
        block.update(&bridge.silenceSeconds, "silence_s", .above(0, upTo: 600))
        block.reportKeys()
        if block.isBlock, !block.has("endpoint"), !block.has("command"), !isEmbedded {
            block.report(
                "bridge needs an endpoint to connect to or a command that starts one", at: "")
        }
        return bridge
    }

    private static func decodeCurve(_ block: Block) -> CurveSettings? {
        let file = block.text("secret_key")
        let text = block.text("bridge_key")
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
        let demonstrations = block.integer("demonstrations", 0...10_000)
        let evaluation = block.integer("evaluation_episodes", 1...10_000)
        let minutes = block.number("robot_minutes", .above(0, upTo: 10_000))
        let episodes = block.integer("max_online_episodes", 0...100_000)
        let workers = block.integer("workers", 1...64, isRequired: false) ?? 1
        let directory = block.text("directory", isRequired: false) ?? "sessions"
        let swapAt = block.choice("swap_at", SwapBoundary.self, isRequired: false) ?? .episode
        let swapEvery = block.integer("swap_every", 1...1_000_000, isRequired: false) ?? 100
        let retention = decodeRetention(block)
        let checkpoint = block.integer("checkpoint_episodes", 1...10_000, isRequired: false) ?? 10
        let memory = block.integer("memory_mib", 64...16_777_216, isRequired: false)
        let cores = block.choice("cores", CoreWakefulness.self, isRequired: false) ?? .measured
        let data = block.texts("offline_data", count: 0...1000, isRequired: false) ?? []
        block.reportKeys()
        guard let demonstrations, let evaluation, let minutes, let episodes else { return nil }
        return SessionSettings(
            demonstrations: demonstrations, evaluationEpisodes: evaluation, robotMinutes: minutes,
            maxOnlineEpisodes: episodes, workers: workers, directory: directory, swapAt: swapAt,
            swapEvery: swapEvery, retention: retention, checkpointEpisodes: checkpoint,
            memoryMiB: memory, cores: cores, offlineData: data.map(\.text))
    }

    private enum Retention: String, CaseIterable {
        case acted, every, last
    }

    /// `retain_versions`, with `retain_count` where it is not all that acted.
    private static func decodeRetention(_ block: Block) -> VersionRetention {
        let kind = block.choice("retain_versions", Retention.self, isRequired: false) ?? .acted
        let count = block.integer("retain_count", 1...1_000_000, isRequired: false)
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
        block.update(&settings.variant, "variant")
        block.update(&settings.noise, "noise", .closed(0, 10))
        block.reportKeys()
        return settings
    }
}
