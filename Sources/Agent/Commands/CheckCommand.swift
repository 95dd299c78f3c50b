import Configuration
import Control
import Foundation
import Report

/// `hone check`: every YAML file, every mistake.
public enum CheckCommand {
    /// Prints what was found.
    ///
    /// - Throws: the mistakes of all files together, exit code 78.
    public static func run(json: Bool) throws {
        let project = try ProjectLocation.find()
        let results = ConfigurationChecker.checkAll(root: project.root)
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
            for name in project.robots {
                guard let robot = try? RobotFile.read(name, in: project) else { continue }
                Terminal.writeToStandardOutput(
                    "\n" + ConfigurationChecker.stoppingSummary(of: robot)
                        + "  limits hash \(CompiledLimits(robot).hashText)\n\n")
            }
        }
        let errors = wrong.flatMap(\.errors)
        if !errors.isEmpty { throw ConfigurationErrors(errors: errors) }
    }
}
