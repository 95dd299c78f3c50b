import Configuration
import Embodiment
import Experience
import Foundation
import Platform
import Report

extension EpisodesCommand {
    /// Prints one episode, step by step.
    ///
    /// - Parameters:
    ///   - path: a session directory or a log.
    ///   - number: of the episode.
    public static func show(_ path: String, episode number: UInt32, json: Bool) throws {
        let archive = try SessionArchive(path)
        let entry = try find(number, in: archive)
        let robot = SessionRecord(of: archive.files)?.robot
        if json {
            return Terminal.writeToStandardOutput(value(of: entry, robot: robot).pretty + "\n")
        }
        let episode = entry.episode
        let label = labelText(of: entry)
        Terminal.writeToStandardOutput(
            "episode \(episode.number): \(episode.purpose.name), \(episode.outcome.name), "
                + "\(episode.transitions.count) steps, return \(NumberText.sum(episode.sum)), "
                + "\(NumberText.fixed(entry.stepSeconds, decimals: 1)) s "
                + "(\(NumberText.fixed(entry.robotSeconds, decimals: 1)) robot seconds with home and "
                + "reset), "
                + "start state \(episode.seed)" + (label.isEmpty ? "" : " (\(label))") + "\n\n")
        Terminal.writeToStandardOutput(steps(of: episode, robot: robot).text)
        guard let first = episode.transitions.first, let last = episode.transitions.last else {
            return
        }
        var table = TextTable([
            .init(head: "observed", isRight: false), .init(head: "first"), .init(head: "last"),
        ])
        let (begun, ended) = (first.observation.values, last.nextObservation.values)
        let names = observationNames(begun.count, robot: robot)
        for index in begun.indices {
            table.add([
                names[index], NumberText.short(Double(begun[index])),
                index < ended.count ? NumberText.short(Double(ended[index])) : "–",
            ])
        }
        Terminal.writeToStandardOutput("\n" + table.text)
    }

    private static func steps(of episode: Episode, robot: RobotDescription?) -> TextTable {
        let axes = axisNames(episode.transitions.first?.executed.count ?? 0, robot: robot)
        var table = TextTable(
            [
                .init(head: "step"), .init(head: "acted", isRight: false), .init(head: "weights"),
                .init(head: "reward"), .init(head: "end", isRight: false),
            ] + axes.map { .init(head: $0) })
        for step in episode.transitions {
            let executed = step.executed.values
            let actions = (0..<axes.count).map { axis in
                axis < executed.count
                    ? NumberText.fixed(executed[axis], decimals: 3) : "–"
            }
            table.add(
                [
                    "\(step.step)", step.source.name, "\(step.policyVersion)",
                    NumberText.short(Double(step.reward)), step.isTerminal ? "terminal" : "",
                ] + actions)
        }
        return table
    }

    private static func axisNames(_ count: Int, robot: RobotDescription?) -> [String] {
        guard let robot, robot.axes.count == count else { return (0..<count).map { "axis \($0)" } }
        return robot.axes.map(\.name)
    }

    private static func observationNames(_ count: Int, robot: RobotDescription?) -> [String] {
        guard let robot, robot.observation.count == count else {
            return (0..<count).map { "scalar \($0)" }
        }
        return robot.observation
    }

    private static func value(
        of entry: SessionArchive.Entry, robot: RobotDescription?
    ) -> JSONValue {
        let first = entry.episode.transitions.first
        let names = observationNames(first?.observation.count ?? 0, robot: robot)
        let axes = axisNames(first?.executed.count ?? 0, robot: robot)
        let steps = entry.episode.transitions.map { step in
            JSONValue.object([
                "step": JSONValue(Int(step.step)), "acted": .string(step.source.name),
                "policy_version": JSONValue(Int(step.policyVersion)),
                "reward": JSONValue(step.reward), "is_terminal": .bool(step.isTerminal),
                "observation": .array(step.observation.values.map { JSONValue($0) }),
                "proposed": .array(step.proposed.values.map { .number($0) }),
                "executed": .array(step.executed.values.map { .number($0) }),
                "next_observation": .array(step.nextObservation.values.map { JSONValue($0) }),
            ])
        }
        return .object([
            "summary": summary(of: entry), "axes": .array(axes.map { .string($0) }),
            "observation": .array(names.map { .string($0) }), "steps": .array(steps),
        ])
    }
}
