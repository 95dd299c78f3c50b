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
    /// - Throws: `UnfitData` when the converter does not like the data, `DatasetError` when it cannot run or write.
    static func run(
        _ arguments: [String], subject: String, project: Project, scratch: TemporaryFolder
    ) throws {
        let folder = project.root + "/launch/datasets"
        if !Files.exists(project.root + "/.venv-datasets/.installed-packages") {
            Terminal.writeToStandardError(
                "installing the converters' Python packages (launch/datasets/setup), once\n")
        }
        // Apart from the conversion, whose own words are about the data.
        let setup = try outcome(of: folder + "/setup", [], scratch)
        if setup.code != 0 { throw DatasetError.unavailable(setup.text) }
        let conversion = try outcome(of: folder + "/convert", arguments, scratch)
        switch conversion.code {
        case 0: return
        case 65: throw UnfitData(subject, conversion.text)
        case 73: throw DatasetError.taken(conversion.text)
        case 74: throw DatasetError.unwritable(conversion.text)
        case 69: throw DatasetError.unavailable(conversion.text)
        default:
            throw DatasetError.converterFailed(code: conversion.code, conversion.text)
        }
    }

    /// Runs a script to its end; what it said last.
    private static func outcome(
        of program: String, _ arguments: [String], _ scratch: TemporaryFolder
    ) throws(DatasetError) -> (code: Int32, text: String) {
        let said = scratch.path("converter.txt")
        do throws(PlatformError) {
            let child = try ChildProcess.spawn(
                executable: program, arguments: arguments, output: said, errors: said)
            let code = child.wait()
            return (code, LastWords(of: said).line ?? "it said nothing")
        } catch { throw .noConverter(error) }
    }
}
