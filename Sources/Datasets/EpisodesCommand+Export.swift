import Configuration
import Embodiment
import Experience
import Foundation
import Platform
import Report

extension EpisodesCommand {
    /// Writes episodes, as their labels have them, in a format of others.
    ///
    /// - Parameters:
    ///   - path: a session directory or a log.
    ///   - format: one of `lerobot-v3`, `minari`, `d4rl`, `npz`.
    ///   - output: file or folder, which must not exist.
    ///   - robot: name in `robots/` for a log without a `session.json`; nil for the session's own.
    public static func export(
        _ path: String, format: String, output: String, selection: EpisodeSelection,
        robot: String?, json: Bool
    ) throws {
        guard DatasetTool.written.contains(format) else {
            throw ArgumentError(
                "no format \(format); there are " + DatasetTool.written.joined(separator: ", "))
        }
        try selection.check()
        if Files.exists(output) { throw DatasetError.occupied(output) }
        try SessionDirectory.demandOutside(URL(fileURLWithPath: output))
        let project = try ProjectLocation.find()
        let archive = try SessionArchive(path)
        let about = try description(of: archive, robot: robot, in: project)
        let scratch = try TemporaryFolder()
        let counts = try write(archive, selection, to: scratch.path("episodes.mcap"))
        guard counts.episodes > 0 else {
            throw UnfitData(path, "none of its \(counts.all) episodes is meant")
        }
        try Files.replace(scratch.path("about.json"), with: Array(about.line.utf8))
        let parent = URL(fileURLWithPath: output).deletingLastPathComponent().path
        try Files.makeDirectories(parent)
        try DatasetTool.run(
            [
                "export", "--log", scratch.path("episodes.mcap"), "--about",
                scratch.path("about.json"), "--format", format, "--output", output,
            ], subject: path, project: project, scratch: scratch)
        if json {
            let value = JSONValue.object([
                "output": .string(output), "format": .string(format),
                "episodes": JSONValue(counts.episodes), "steps": JSONValue(counts.steps),
                "left_out": JSONValue(counts.all - counts.episodes),
                "damaged": .array(counts.damage.map { .string($0) }),
            ])
            return Terminal.writeToStandardOutput(value.pretty + "\n")
        }
        Terminal.writeToStandardOutput(
            "\(output): \(counts.episodes) episodes, \(counts.steps) steps as \(format); "
                + "\(counts.all - counts.episodes) episodes left out\n"
                + counts.damage.map { "\($0)\n" }.joined())
    }

    /// Writes the episodes that are meant to a log with their labels in it.
    private static func write(
        _ archive: SessionArchive, _ selection: EpisodeSelection, to path: String
    ) throws -> (all: Int, episodes: Int, steps: Int, damage: [String]) {
        let recorder = try Recorder(creating: path)
        let lane = recorder.makeLane(capacity: 1)
        var counts: (all: Int, episodes: Int, steps: Int, damage: [String]) = (0, 0, 0, [])
        var seconds = 0.0
        let reports = try archive.entries { entry in
            counts.all += 1
            let began = seconds
            seconds += entry.robotSeconds
            guard selection.contains(entry.episode) else { return }
            counts.episodes += 1
            counts.steps += entry.episode.transitions.count
            lane.record(entry.episode, from: began, steps: entry.stepSeconds, to: seconds)
        }
        try recorder.close()
        counts.damage = (archive.labelReports + reports).compactMap(\.damage)
        return counts
    }

    /// What columns of numbers do not say: who the robot is, names, units, rate, task.
    private static func description(
        of archive: SessionArchive, robot name: String?, in project: Project
    ) throws -> JSONValue {
        let recorded = SessionRecord(of: archive.files)
        guard
            let robot = try name.map({ try RobotFile.read($0, in: project) }) ?? recorded?.robot
        else {
            throw ArgumentError(
                "\(archive.files.folder) has no session.json that says which robot this was: "
                    + "name it with --robot")
        }
        let axes = robot.axes.map { axis in
            let space = axis.controlSpace.map { ["control_space": JSONValue.string($0.rawValue)] }
            let facts: [String: JSONValue] = [
                "name": .string(axis.name), "unit": .string(axis.unit.rawValue),
                "kind": .string(axis.kind.rawValue), "low": .number(axis.actionLow),
                "high": .number(axis.actionHigh),
            ]
            return JSONValue.object(facts.merging(space ?? [:]) { known, _ in known })
        }
        let observed = robot.observation.map { name in
            JSONValue.object(["name": .string(name), "unit": .string(robot.unit(of: name))])
        }
        return .object([
            "robot": .string(robot.name), "rate": .number(robot.policyRateHz),
            "task": .string(recorded?.taskName ?? robot.name),
            "instruction": .string(recorded?.taskText ?? robot.name),
            "control_space": .string(robot.controlSpace.rawValue),
            "action": .array(axes), "observation": .array(observed),
        ])
    }
}

extension RecorderLane {
    /// Records a whole episode; not for a lane whose recorder has a thread.
    ///
    /// - Parameters:
    ///   - began: when it did, s; at least 0.
    ///   - seconds: what its steps took, each as long as the others; at most `ended` − `began`.
    ///   - ended: when its steps were over, s.
    func record(
        _ episode: Episode, from began: Double, steps seconds: Double, to ended: Double
    ) {
        func time(_ seconds: Double) -> MonotonicTime {
            MonotonicTime(nanoseconds: UInt64(seconds * 1e9))
        }
        record(
            .episodeStart(
                EpisodeStart(number: episode.number, seed: episode.seed, purpose: episode.purpose)),
            at: time(began))
        let count = Double(episode.transitions.count)
        for (index, transition) in episode.transitions.enumerated() {
            let left = seconds * (count - Double(index)) / count
            record(.transition(transition), at: time(max(began, ended - left)))
        }
        record(
            .episodeEnd(
                EpisodeEnd(
                    number: episode.number, outcome: episode.outcome,
                    steps: UInt32(episode.transitions.count))), at: time(ended))
    }
}
