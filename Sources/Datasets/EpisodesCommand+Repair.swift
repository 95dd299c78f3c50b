import Embodiment
import Experience
import Foundation
import Platform
import Report

extension EpisodesCommand {
    /// Checks every byte of a session's logs: checksums, gaps, ends, episodes, labels.
    ///
    /// - Parameter path: a session directory or a log.
    /// - Throws: `DatasetError.damaged` when anything is wrong, after it was printed.
    public static func verify(_ path: String, json: Bool) throws {
        let archive = try SessionArchive(path)
        var entries: [SessionArchive.Entry] = []
        let logs = try archive.entries { entries.append($0) }
        let files = archive.labelReports + logs
        let strays = labelsWithoutEpisode(in: archive, entries)
        // A session that runs has not closed its newest log, nor ended its episode.
        let running = archive.files.session.map {
            SessionLock.isHeld($0.deletingLastPathComponent().path)
        }
        let written = running == true ? logs.last?.path : nil
        let isClean =
            strays.isEmpty
            && files.allSatisfy { $0.report.isClean(whileWritten: $0.path == written) }
        if json {
            let object = JSONValue.object([
                "session": .string(path), "ok": .bool(isClean),
                "is_running": .bool(running == true),
                "files": .array(files.map { value(of: $0) }),
                "episodes": JSONValue(entries.count),
                "steps": JSONValue(entries.reduce(0) { $0 + $1.recorded.transitions.count }),
                "labels": .array(strays.map { .string($0) }),
            ])
            Terminal.writeToStandardOutput(object.pretty + "\n")
        } else {
            write(files, written: written, strays: strays, episodes: entries.count)
        }
        if entries.isEmpty { try demandLog(files, path) }
        if !isClean { throw DatasetError.damaged(path) }
    }

    /// Labels that say nothing of any episode there is.
    private static func labelsWithoutEpisode(
        in archive: SessionArchive, _ entries: [SessionArchive.Entry]
    ) -> [String] {
        let known = Set(entries.map(\.recorded.number))
        let unknown = archive.labels.keys.filter { !known.contains($0) }.sorted()
        return unknown.map { "a label of episode \($0), which no log holds" }
            + entries.filter(\.hasUselessLabel).map {
                "a label keeps steps that episode \($0.recorded.number) does not have"
            }
    }

    private static func value(of file: SessionArchive.FileReport) -> JSONValue {
        .object([
            "file": .string(file.path), "is_closed": .bool(file.report.isClosed),
            "chunks": JSONValue(file.report.chunks), "records": JSONValue(file.report.records),
            "messages": .object(file.report.messages.mapValues { JSONValue($0) }),
            "issues": .array(file.report.issues.map { .string("\($0)") }),
        ])
    }

    private static func write(
        _ files: [SessionArchive.FileReport], written: String?, strays: [String], episodes: Int
    ) {
        let terminal = Terminal.standardOutput()
        for file in files {
            let report = file.report
            let isWritten = file.path == written && report.isClean(whileWritten: true)
            let mark =
                report.isClean || isWritten ? terminal.green("ok   ") : terminal.red("wrong")
            Terminal.writeToStandardOutput(
                "\(mark) \(file.path): \(report.chunks - report.chunksWithoutChecksum) chunks with right checksums, "
                    + (report.chunksWithoutChecksum > 0
                        ? "\(report.chunksWithoutChecksum) without any, " : "")
                    + "\(report.records) records\(report.isClosed ? ", closed" : "")"
                    + (report.wasLeftOpen ? "; \(LogReport.leftOpenText)" : "")
                    + (report.wasCut ? "; \(LogReport.cutText)" : "")
                    + (isWritten ? "; it is being written: its session runs" : "") + "\n")
            for (topic, count) in report.messages.sorted(by: { $0.key < $1.key }) {
                Terminal.writeToStandardOutput("        \(topic): \(count)\n")
            }
            for issue in report.issues where !isWritten {
                Terminal.writeToStandardOutput("      \(issue)\n")
            }
        }
        for stray in strays {
            Terminal.writeToStandardOutput("\(terminal.red("wrong")) \(stray)\n")
        }
        Terminal.writeToStandardOutput("\(episodes) whole episodes\n")
    }

    /// Puts into the log what a killed process had not yet written, and writes what is whole of each damaged log to a new one.
    ///
    /// The new one is beside it, and closed; existing logs stay as they are.
    ///
    /// - Parameters:
    ///   - path: a session directory or a log.
    ///   - output: file for the copy of a single log; nil for `….recovered.mcap` beside each.
    public static func recover(_ path: String, output: String?, json: Bool) throws {
        let before = try SessionFiles(of: path)
        if output != nil, before.logs.count > 1 {
            throw ArgumentError(
                "\(path) has \(before.logs.count) logs: name one of them to recover it to --output")
        }
        if let record = before.session,
            SessionLock.isHeld(record.deletingLastPathComponent().path)
        {
            throw UnfitData(
                path,
                "its session runs and writes it: what it has not closed is not lost; recover it when it has ended"
            )
        }
        let rings = try LogRings.recover(in: before.folder)
        if !json { for ring in rings { Terminal.writeToStandardOutput("\(ring)\n") } }
        var results: [JSONValue] = []
        var failure: DatasetError?
        for file in try SessionArchive(path).entries({ _ in }) {
            let (result, lines): (JSONValue, [String])
            do { (result, lines) = try recover(file, output: output) } catch let error
                as DatasetError
            {
                // The others may hold something.
                failure = failure ?? error
                continue
            }
            results.append(result)
            if !json { Terminal.writeToStandardOutput(lines.map { $0 + "\n" }.joined()) }
        }
        if json {
            Terminal.writeToStandardOutput(
                JSONValue.object([
                    "files": .array(results), "rings": .array(rings.map { .string("\($0)") }),
                ]).pretty + "\n")
        }
        if let failure { throw failure }
    }

    /// Recovers one log, and says what was found and done.
    private static func recover(
        _ file: SessionArchive.FileReport, output: String?
    ) throws -> (result: JSONValue, lines: [String]) {
        let (log, before) = (file.path, file.report)
        if before.isClean {
            let what = before.wasLeftOpen ? LogReport.leftOpenText : "it is clean"
            let result: [String: JSONValue] = [
                "file": .string(log), "recovered": .null,
                "was_left_open": .bool(before.wasLeftOpen),
            ]
            return (.object(result), ["\(log): \(what): nothing to recover"])
        }
        guard before.records > 0 else { throw DatasetError.nothingToRecover(log) }
        let copy = output ?? String(log.dropLast(".mcap".count)) + ".recovered.mcap"
        if output == nil, let earlier = try? SessionLogReader(path: copy).records({ _, _ in }),
            earlier.isClean, earlier.records == before.records
        {
            let result: [String: JSONValue] = [
                "file": .string(log), "recovered": .string(copy),
                "was_left_open": .bool(before.wasLeftOpen), "records": JSONValue(earlier.records),
            ]
            return (.object(result), ["\(log): \(copy) has all of it already"])
        }
        _ = try SessionLogReader(path: log).recover(to: FileLogSink(creating: copy))
        var episodes = 0
        let after = try SessionLogReader(path: copy).episodes { _ in episodes += 1 }
        let result: [String: JSONValue] = [
            "file": .string(log), "recovered": .string(copy),
            "was_left_open": .bool(before.wasLeftOpen), "records": JSONValue(after.records),
            "episodes": JSONValue(episodes),
            "issues": .array(before.issues.map { .string("\($0)") }),
        ]
        return (
            .object(result),
            before.issues.map { "\(log): \($0)" }
                + (before.wasLeftOpen ? ["\(log): \(LogReport.leftOpenText)"] : [])
                + ["\(copy): \(after.records) records, \(episodes) whole episodes"]
        )
    }
}

extension LogReport {
    /// Whether nothing is wrong with a log, also where its process is still at it.
    fileprivate func isClean(whileWritten: Bool) -> Bool {
        guard whileWritten else { return isClean }
        return issues.allSatisfy { issue in
            switch issue {
            case .notClosed, .cutShort, .cutOffEpisode, .incompleteEpisode: true
            default: false
            }
        }
    }
}
