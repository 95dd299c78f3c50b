import Configuration
import Embodiment
import Experience
import Foundation
import Platform
import Recipe
import Report

extension EpisodesCommand {
    /// Turns a data set of others into a session directory, after everything about it was checked and told.
    ///
    /// - Parameter record: what `session.json` says of recorded data for a launch.
    /// - Throws: `UnfitData` when anything is wrong; nothing is written then.
    public static func `import`(
        _ request: ImportRequest, record: (Launch) -> SessionRecord
    ) throws {
        let check: ImportCheck
        do { check = try look(request) } catch {
            if request.json { tell(["ok": .bool(false), "errors": .array([.string("\(error)")])]) }
            throw error
        }
        var value = report(of: check)
        if !request.json {
            Terminal.writeToStandardOutput(text(of: check, terminal: .standardOutput()))
        }
        var directory: SessionDirectory?
        if check.isPossible, !request.isCheckOnly {
            do { directory = try write(check, request, record(check.launch), &value) } catch {
                value["ok"] = .bool(false)
                value["errors"] = .array([.string("\(error)")])
                if request.json { tell(value) }
                throw error
            }
        }
        if request.json {
            tell(value)
        } else if let directory {
            Terminal.writeToStandardOutput("\nsession: \(directory.url.path)\n")
        }
        if !check.isPossible {
            let errors = check.findings.filter { $0.weight == .error }
            throw UnfitData(
                request.input,
                errors.count == 1
                    ? errors[0].text
                    : "\(errors.count) things are wrong, and nothing was written"
                        + Compatibility.itemised(errors.map(\.text)))
        }
    }

    private static func tell(_ value: [String: JSONValue]) {
        Terminal.writeToStandardOutput(JSONValue.object(value).pretty + "\n")
    }

    /// Reads a data set and looks at everything.
    private static func look(_ request: ImportRequest) throws -> ImportCheck {
        guard DatasetTool.read.contains(request.format) else {
            throw ArgumentError(
                "no format \(request.format); there are "
                    + DatasetTool.read.joined(separator: ", "))
        }
        try EpisodeSelection(purposes: request.rules.purpose.map { [$0] } ?? [], outcomes: [])
            .check()
        let project = try ProjectLocation.find()
        let launch = try LaunchFile.read(
            request.launch, in: project, overrides: request.overrides)
        let scratch = try TemporaryFolder()
        var arguments = [
            "import", "--input", request.input, "--format", request.format, "--output",
            scratch.path("columns.safetensors"),
        ]
        if !request.keys.isEmpty { arguments += ["--keys", request.keys.joined(separator: ",")] }
        try DatasetTool.run(
            arguments, subject: request.input, project: project, scratch: scratch)
        let columns = try ImportedColumns(path: scratch.path("columns.safetensors"))
        return try ImportCheck(columns, rules: request.rules, launch: launch)
    }

    /// Writes the session: its log, what it is data for, and what was found, with the directory added.
    ///
    /// - Throws: after everything that it made is gone again.
    private static func write(
        _ check: ImportCheck, _ request: ImportRequest, _ record: SessionRecord,
        _ value: inout [String: JSONValue]
    ) throws -> SessionDirectory {
        let launch = check.launch
        let url =
            request.directory.map { URL(fileURLWithPath: $0) }
            ?? SessionDirectory.next(
                named: launch.name, under: URL(fileURLWithPath: launch.session.directory))
        var made = MadeFiles(in: SessionDirectory(existing: url))
        do {
            let directory = try SessionDirectory(creating: url)
            let log = directory.log.appendingPathComponent("session.mcap").path
            let recorder = try Recorder(creating: log)
            made.files.append(log)
            let lane = recorder.makeLane(capacity: 1)
            var steps = 0
            for episode in check.episodes {
                let began = Double(steps) / launch.robot.policyRateHz
                steps += episode.transitions.count
                let ended = Double(steps) / launch.robot.policyRateHz
                lane.record(episode, from: began, steps: ended - began, to: ended)
            }
            try recorder.close()
            value["directory"] = .string(directory.url.path)
            // Whoever holds the log of a new session is the only one who writes the rest.
            let account = directory.url.path + "/import.json"
            made.files += [account, directory.session.path]
            try Files.replace(account, with: Array((JSONValue.object(value).pretty + "\n").utf8))
            try record.write(to: directory.session)
            return directory
        } catch {
            made.remove()
            throw error
        }
    }

    // MARK: Report

    private static func report(of check: ImportCheck) -> [String: JSONValue] {
        let tally = check.tally
        func texts(_ weight: ImportFinding.Weight) -> JSONValue {
            .array(check.findings.filter { $0.weight == weight }.map { .string($0.text) })
        }
        return [
            "ok": .bool(check.isPossible), "episodes": JSONValue(check.episodes.count),
            "successes": JSONValue(check.episodes.count { $0.outcome == .success }),
            "steps_read": JSONValue(check.account.found.steps),
            "steps": JSONValue(check.episodes.reduce(0) { $0 + $1.transitions.count }),
            "terminal_failures": JSONValue(tally.terminalFailures),
            "timeouts": JSONValue(tally.timeouts),
            "reward_rule": check.rule.map { .string("\($0)") } ?? .null,
            "monte_carlo_returns": tally.returns.map {
                .array([JSONValue($0.lowerBound), JSONValue($0.upperBound)])
            } ?? .null,
            "account": check.account.value, "ranges": .array(check.ranges.map(\.value)),
            "errors": texts(.error), "warnings": texts(.warning), "notes": texts(.note),
        ]
    }

    private static func text(of check: ImportCheck, terminal: Terminal) -> String {
        let episodes = check.episodes
        let steps = episodes.reduce(0) { $0 + $1.transitions.count }
        var text = check.rangeTable.text + "\n"
        text +=
            check.account.table(
                taken: check.isPossible ? .init(episodes: episodes.count, steps: steps) : nil
            ).text + "\n"
        if let rule = check.rule { text += "reward: \(rule)\n" }
        if check.isPossible {
            let successes = episodes.count { $0.outcome == .success }
            text +=
                "episodes: \(episodes.count), \(successes) successful (mask 0 at their end), "
                + "\(check.tally.terminalFailures) ended in a terminal failure (mask 0), "
                + "\(check.tally.timeouts) timed out (mask 1)\n"
                + "steps: \(steps) of \(check.account.found.steps)\n"
            if let returns = check.tally.returns {
                text +=
                    "Monte-Carlo returns: \(NumberText.short(Double(returns.lowerBound))) to "
                    + "\(NumberText.short(Double(returns.upperBound))) at discount "
                    + "\(check.launch.algorithm.critic.discount)\n"
            }
        }
        // Errors are what the command ends with, on standard error.
        for finding in check.findings where finding.weight != .error {
            let word = finding.weight == .warning ? terminal.yellow("warning") : "note"
            text += "\(word): \(finding.text)\n"
        }
        return text
    }
}
