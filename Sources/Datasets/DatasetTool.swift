import Configuration
import Experience
import Foundation
import Platform
import Report

/// The converters under `launch/datasets`: Python, in a process of its own, with its own virtual environment.
enum DatasetTool {
    /// Formats that can be written.
    static let written = ["lerobot-v3", "minari", "d4rl", "npz"]
    /// Formats that can be read; `auto` looks what it is.
    static let read = ["auto", "lerobot", "robomimic", "minari", "d4rl", "npz"]

    /// Runs a conversion to its end.
    ///
    /// - Parameter subject: the data set, for messages.
    /// - Throws: `UnfitData` when the converter does not like the data, `DatasetError` when it cannot run.
    static func run(
        _ arguments: [String], subject: String, project: Project, scratch: TemporaryFolder
    ) throws {
        let program = project.root + "/launch/datasets/convert"
        if !Files.exists(project.root + "/.venv-datasets/.installed") {
            Terminal.writeToStandardError(
                "installing the converters' Python packages (launch/datasets/setup), once\n")
        }
        let errors = scratch.path("converter.txt")
        let code: Int32
        do throws(PlatformError) {
            let child = try ChildProcess.spawn(
                executable: program, arguments: arguments, output: errors, errors: errors)
            code = child.wait()
        } catch { throw DatasetError.noConverter(error) }
        if code == 0 { return }
        if code == 65 {
            let bytes = (try? Files.read(errors, limit: 1 << 20)) ?? []
            let text = String(decoding: bytes, as: UTF8.self)
                .trimmingCharacters(in: .whitespacesAndNewlines)
            throw UnfitData(subject, text)
        }
        throw DatasetError.converterFailed(
            code: code, LastWords(of: errors).line ?? "it said nothing")
    }
}
