import Configuration
import Control
import Foundation
import Report

/// `hone check`: every YAML file, or those that a person names, and every mistake.
public enum CheckCommand {
    /// Prints what was found.
    ///
    /// - Parameter files: paths of files of any kind; none for all of the project.
    /// - Throws: the mistakes of all files together, exit code 78.
    public static func run(_ files: [String], json: Bool) throws {
        let results =
            files.isEmpty
            ? ConfigurationChecker.checkAll(root: try ProjectLocation.find().root)
            : ConfigurationChecker.check(files)
        let wrong = results.filter { !$0.errors.isEmpty }
        if json {
            let files = results.map { result in
                JSONValue.object([
                    "file": .string(result.file),
                    "errors": .array(result.errors.map { .string("\($0)") }),
                ])
            }
            Terminal.writeToStandardOutput(
                JSONValue.object(["files": .array(files), "ok": .bool(wrong.isEmpty)]).pretty
                    + "\n")
        } else {
            for result in results where result.errors.isEmpty {
                Terminal.writeToStandardOutput("ok    \(result.file)\n")
            }
            for robot in results.compactMap(\.robot) {
                Terminal.writeToStandardOutput(
                    "\n" + ConfigurationChecker.stoppingSummary(of: robot)
                        + "  limits hash \(CompiledLimits(robot).hashText)\n\n")
            }
        }
        // A launch and a robot of it may both be named.
        var errors: [ConfigurationError] = []
        for error in wrong.flatMap(\.errors) where !errors.contains(error) { errors.append(error) }
        if !errors.isEmpty { throw ConfigurationErrors(errors: errors) }
    }
}
