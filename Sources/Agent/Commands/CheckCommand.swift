import Configuration
import Control
import Foundation
import Platform
import Report

/// `hone check`: every YAML file, or whatever a person names, and every mistake.
public enum CheckCommand {
    /// Prints the page of keys.
    public static func printKeys() { Terminal.writeToStandardOutput(KeyPage.text()) }

    /// Prints what was found.
    ///
    /// - Parameter files: paths of files of any kind, sessions among them; none for every YAML file of the project.
    /// - Throws: the mistakes of all YAML files together, exit code 78; else those of the rest, with the code of the first.
    public static func run(_ files: [String], json: Bool) throws {
        let recorded = files.compactMap { RecordedFile(of: $0) }
        let others = Set(recorded.map { $0.path })
        let results =
            files.isEmpty
            ? ConfigurationChecker.checkAll(root: try ProjectLocation.find().root)
            : ConfigurationChecker.check(files.filter { !others.contains($0) })
        let wrong = results.filter { !$0.errors.isEmpty }
        let faults = recorded.compactMap { $0.fault }
        if json {
            let files =
                results.map { result in
                    JSONValue.object([
                        "file": .string(result.file),
                        "errors": .array(result.errors.map { .string("\($0)") }),
                        "questions": .array(questions(about: result).map { .string($0) }),
                    ])
                }
                + recorded.map { file in
                    JSONValue.object([
                        "file": .string(file.path), "holds": .string(file.summary),
                        "errors": .array(file.fault.map { [.string($0.text)] } ?? []),
                    ])
                }
            let isRight = wrong.isEmpty && faults.isEmpty
            Terminal.writeToStandardOutput(
                JSONValue.object(["files": .array(files), "ok": .bool(isRight)]).pretty + "\n")
        } else {
            for result in results where result.errors.isEmpty {
                Terminal.writeToStandardOutput("ok    \(result.file)\n")
            }
            for file in recorded where file.fault == nil {
                Terminal.writeToStandardOutput("ok    \(file.path.printable): \(file.summary)\n")
            }
            for robot in results.compactMap(\.robot) {
                Terminal.writeToStandardOutput(
                    "\n" + ConfigurationChecker.stoppingSummary(of: robot)
                        + "  limits hash \(CompiledLimits(robot).hashText)\n\n")
            }
            for result in results {
                for question in questions(about: result) {
                    Terminal.writeToStandardOutput("\(result.file): question: \(question)\n")
                }
            }
        }
        // A launch and a robot of it may both be named.
        var errors: [ConfigurationError] = []
        for error in wrong.flatMap(\.errors) where !errors.contains(error) { errors.append(error) }
        guard !errors.isEmpty else {
            if !faults.isEmpty { throw CheckFaults(faults: faults) }
            return
        }
        for fault in faults { Terminal.writeToStandardError(fault.text + "\n") }
        throw ConfigurationErrors(errors: errors)
    }

    private static func questions(about finding: ConfigurationChecker.Finding) -> [String] {
        finding.robot.map(ConfigurationChecker.questions) ?? []
    }
}
