import Configuration
import Embodiment
import Experience
import Foundation
import Learning
import Neural
import Platform
import Report

/// A file or folder that `hone check` was given and that is no YAML: a session, a log, weights, or data of others.
///
/// Known by how it begins, not by its name. Blocking; reads all of a log.
struct RecordedFile {
    /// As it was given.
    let path: String
    /// What it is and what it holds; empty where that cannot be said.
    private(set) var summary = ""
    /// Why it cannot be used, or not be checked here.
    private(set) var fault: Fault?

    /// A sentence, and the code that it ends the program with.
    struct Fault {
        var text: String
        var exitCode: Int32
    }

    /// Looks at what is at `path`; nil for what a YAML file may be, and for nothing at all.
    init?(of path: String) {
        self.path = path
        do {
            guard let summary = try Self.look(at: path) else { return nil }
            self.summary = summary
        } catch let error as PlatformError {
            fault = Fault(text: "\(error)", exitCode: 66)
        } catch {
            fault = Fault(
                text: Failure.sentence(of: error), exitCode: Failure.code(of: error) ?? 70)
        }
    }

    /// What is at a path, in words; nil for text, and where the reader of YAML says better what is wrong.
    private static func look(at path: String) throws -> String? {
        if Files.isDirectory(path) { return try folder(path) }
        guard Files.exists(path) else { return nil }
        let head = try ForeignData.head(of: path)
        func begins(_ text: StaticString, at place: Int = 0) -> Bool {
            text.withUTF8Buffer { head.dropFirst(place).starts(with: $0) }
        }
        if head.isEmpty, !path.hasSuffix(".yaml"), !path.hasSuffix(".yml") {
            throw UnfitData(path, "it is empty: nothing was ever written to it")
        }
        if path.hasSuffix(".mcap") || (head.first == 0x89 && begins("MCAP", at: 1)) {
            return try log(path)
        }
        // Eight bytes of length, then JSON.
        if path.hasSuffix(".safetensors")
            || (begins("{\"", at: 8) && !head.prefix(8).allSatisfy { $0 >= 9 })
        {
            return try weights(path)
        }
        if URL(fileURLWithPath: path).lastPathComponent == "session.json" {
            let record = try SessionRecord(reading: URL(fileURLWithPath: path))
            return "the record of a session of \(robot(of: record))"
        }
        if let format = ForeignData.format(beginning: head) {
            throw ArgumentError(elsewhere(path, format))
        }
        return nil
    }

    private static func elsewhere(_ path: String, _ kind: String) -> String {
        "\(path.printable) is data of others (\(kind)), which is checked against a robot: hone episodes import "
            + "\(path.printable) --launch LAUNCH --check"
    }

    private static func folder(_ path: String) throws -> String {
        func has(_ name: String) -> Bool { Files.exists("\(path)/\(name)") }
        if let format = try ForeignData.format(of: path) {
            throw ArgumentError(elsewhere(path, format))
        }
        guard has("session.json") || has("log") || has("session.mcap") else {
            throw UnfitData(
                path,
                "it is a folder, and neither a session (session.json, log/) nor a data set that is known here"
            )
        }
        let record =
            has("session.json")
            ? try SessionRecord(reading: URL(fileURLWithPath: path + "/session.json")) : nil
        var text = record.map { "a session of \(robot(of: $0)), " } ?? ""
        text += try log(path)
        if has("checkpoints") {
            do throws(CheckpointError) {
                let newest = try NewestLearner.read(path)
                _ = try decoded(newest.file, newest.bytes)
                text += "; weights"
            } catch {
                // A session that has only recorded has none.
                guard case .none = error else { throw error }
            }
        }
        return text
    }

    private static func robot(of record: SessionRecord) -> String {
        record.meaning?.robot ?? "a robot that it does not name"
    }

    /// Reads every byte of a log or of all logs of a session.
    private static func log(_ path: String) throws -> String {
        var (episodes, steps) = (0, 0)
        let archive = try SessionArchive(path)
        let reports = try archive.entries { entry in
            episodes += 1
            steps += entry.recorded.transitions.count
        }
        let files = archive.labelReports + reports
        let text = "\(episodes) whole episodes, \(steps) steps"
        guard let wrong = files.first(where: { !$0.report.isClean && !$0.report.isOnlyUnclosed })
        else {
            // Whoever learns from it takes it as it is.
            return files.allSatisfy({ $0.report.isClean })
                ? text : text + "; its log was not closed: its session runs, or was ended"
        }
        let issue = wrong.report.issues.first.map { "\($0)" } ?? "it was not closed"
        throw UnfitData(path, "\(issue); hone episodes verify \(path.printable) shows everything")
    }

    private static func weights(_ path: String) throws -> String {
        let content = try decoded(path, try CheckpointFile.read(path))
        let numbers = content.tensors.reduce(0) { $0 + $1.count }
        let meaning = RecordedMeaning(ofWeights: path, content.bytes).compatibility
        return "\(content.tensors.count) tensors, \(numbers) numbers"
            + (meaning.map { ", of \($0.robot)" } ?? ", which do not say of which robot")
    }

    private static func decoded(
        _ path: String, _ bytes: [UInt8]
    ) throws(CheckpointError) -> Safetensors {
        do throws(SafetensorsError) { return try WeightFile.decode(bytes) } catch {
            throw .unfit(path, "\(error)")
        }
    }
}
