import Embodiment
import Experience
import Foundation
import Platform
import Report

/// `hone episodes`: what a session recorded.
public enum EpisodesCommand {
    /// Prints every whole episode of a session, one line each.
    ///
    /// - Parameter path: a session directory or a log.
    public static func list(_ path: String, json: Bool) throws {
        let archive = try SessionArchive(path)
        var entries: [SessionArchive.Entry] = []
        let reports = archive.labelReports + (try archive.entries { entries.append($0) })
        let issues = reports.flatMap { file in file.report.issues.map { "\(file.path): \($0)" } }
        if json {
            let value = JSONValue.object([
                "session": .string(path), "logs": .array(archive.files.logs.map { .string($0) }),
                "episodes": .array(entries.map { summary(of: $0) }),
                "issues": .array(issues.map { .string($0) }),
            ])
            Terminal.writeToStandardOutput(value.pretty + "\n")
            if entries.isEmpty { try demandLog(reports, path) }
            return
        }
        if entries.isEmpty { try demandLog(reports, path) }
        Terminal.writeToStandardOutput(table(of: entries).text)
        let steps = entries.reduce(0) { $0 + $1.episode.transitions.count }
        let successes = entries.count { $0.episode.outcome == .success }
        Terminal.writeToStandardOutput(
            "\n\(entries.count) episodes, \(successes) successful, \(steps) steps\n")
        for issue in issues { Terminal.writeToStandardError(issue + "\n") }
    }

    /// Refuses what holds nothing that Hone has written.
    ///
    /// - Throws: `DatasetError.noLog`, or `foreign` for a recording of another program.
    static func demandLog(_ files: [SessionArchive.FileReport], _ path: String) throws {
        if files.allSatisfy({ $0.report.isNoLog }) { throw DatasetError.noLog(path) }
        if files.allSatisfy({ $0.report.isForeign }) { throw DatasetError.foreign(path) }
    }

    private static func table(of entries: [SessionArchive.Entry]) -> TextTable {
        var table = TextTable([
            .init(head: "episode"), .init(head: "purpose", isRight: false),
            .init(head: "outcome", isRight: false), .init(head: "steps"), .init(head: "return"),
            .init(head: "weights"), .init(head: "s"), .init(head: "with reset"),
            .init(head: "acted", isRight: false),
            .init(head: "label", isRight: false),
        ])
        for entry in entries {
            let episode = entry.episode
            table.add([
                "\(episode.number)", episode.purpose.name, episode.outcome.name,
                "\(episode.transitions.count)", NumberText.sum(episode.sum),
                versions(of: episode), NumberText.fixed(entry.stepSeconds, decimals: 1),
                NumberText.fixed(entry.robotSeconds, decimals: 1),
                actors(of: episode).map { actors in
                    actors.steps == episode.transitions.count
                        ? actors.name : "\(actors.name) \(actors.steps)"
                }.joined(separator: ", "), labelText(of: entry),
            ])
        }
        return table
    }

    /// What labels changed, in words; empty when nothing did.
    static func labelText(of entry: SessionArchive.Entry) -> String {
        if entry.hasUselessLabel { return "passed over: it keeps steps that are not there" }
        guard entry.isLabelled else { return "" }
        let recorded = entry.recorded
        var words: [String] = []
        if recorded.outcome != entry.episode.outcome {
            words.append("recorded as \(recorded.outcome.name)")
        }
        if recorded.transitions.count != entry.episode.transitions.count {
            words.append("trimmed from \(recorded.transitions.count) steps")
        }
        return words.joined(separator: ", ")
    }

    /// Versions that acted, such as `3` or `3–5`; `–` without a step.
    private static func versions(of episode: Episode) -> String {
        let versions = episode.transitions.map(\.policyVersion)
        guard let least = versions.min(), let most = versions.max() else { return "–" }
        return least == most ? "\(least)" : "\(least)–\(most)"
    }

    /// Who acted in how many steps.
    private static func actors(of episode: Episode) -> [(name: String, steps: Int)] {
        ActionSource.allCases.compactMap { source in
            let steps = episode.transitions.count { $0.source == source }
            return steps > 0 ? (source.name, steps) : nil
        }
    }

    /// One episode's facts without its steps.
    static func summary(of entry: SessionArchive.Entry) -> JSONValue {
        let episode = entry.episode
        let versions = Set(episode.transitions.map(\.policyVersion)).sorted()
        let actors = actors(of: episode).map { ($0.name, JSONValue($0.steps)) }
        return .object([
            "episode": JSONValue(Int(episode.number)), "seed": .unsigned(episode.seed),
            "purpose": .string(episode.purpose.name), "outcome": .string(episode.outcome.name),
            "steps": JSONValue(episode.transitions.count), "return": .number(episode.sum),
            "policy_versions": .array(versions.map { JSONValue(Int($0)) }),
            "robot_seconds": .number(entry.robotSeconds),
            "step_seconds": .number(entry.stepSeconds),
            "acted": .object(Dictionary(uniqueKeysWithValues: actors)),
            "is_labelled": .bool(entry.isLabelled),
            "recorded_outcome": .string(entry.recorded.outcome.name),
            "recorded_steps": JSONValue(entry.recorded.transitions.count),
        ])
    }

    /// The entry of one episode.
    ///
    /// - Throws: `ArgumentError` when the session has none of this number.
    static func find(_ number: UInt32, in archive: SessionArchive) throws -> SessionArchive.Entry {
        var found: SessionArchive.Entry?
        var numbers: [UInt32] = []
        try archive.entries { entry in
            numbers.append(entry.recorded.number)
            if entry.recorded.number == number { found = entry }
        }
        guard let found else {
            let range = numbers.min().flatMap { least in numbers.max().map { (least, $0) } }
            throw ArgumentError(
                "\(archive.files.folder) holds no whole episode \(number); "
                    + (range.map { "there are \(numbers.count), from \($0.0) to \($0.1)" }
                        ?? "there is none at all"))
        }
        return found
    }
}

extension Episode {
    /// The sum of its rewards.
    var sum: Double { transitions.reduce(0) { $0 + Double($1.reward) } }
}

extension ActionSource {
    /// The word used in tables and files.
    var name: String {
        switch self {
        case .policy: "policy"
        case .operatorAction: "operator"
        case .intervention: "intervention"
        }
    }
}
