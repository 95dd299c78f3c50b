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
        let home = try root(of: project)
        let folder = home + "/launch/datasets"
        if !Files.exists(home + "/.venv-datasets/.installed-packages") {
            Terminal.writeToStandardError(
                "installing the converters' Python packages (launch/datasets/setup), once\n")
        }
        // Apart from the conversion, whose own words are about the data.
        let setup = try outcome(of: folder + "/setup", [], scratch)
        if setup.code != 0 { throw DatasetError.unavailable(setup.text) }
        let conversion = try outcome(of: folder + "/convert", arguments, scratch)
        switch conversion.code {
        case 0: return
        case 65: throw UnfitData(subject, withoutSubject(conversion.text, subject))
        case 73: throw DatasetError.taken(conversion.text)
        case 74: throw DatasetError.unwritable(conversion.text)
        case 69: throw DatasetError.unavailable(conversion.text)
        default:
            throw DatasetError.converterFailed(code: conversion.code, conversion.text)
        }
    }

    /// The converter's words without the data set's path before them, which the error names itself.
    private static func withoutSubject(_ text: String, _ subject: String) -> String {
        if text.hasPrefix(subject + ": ") { return String(text.dropFirst(subject.count + 2)) }
        return text.hasPrefix(subject + " ") ? "it" + text.dropFirst(subject.count) : text
    }

    /// The folder in which `launch/datasets` is: the project, or the program's own where a project of somebody's has none.
    private static func root(of project: Project) throws(DatasetError) -> String {
        var folders = [project.root]
        if let own = ProjectLocation.ofProgram?.root, own != project.root { folders.append(own) }
        for folder in folders where Files.exists(folder + "/launch/datasets/convert") {
            return folder
        }
        throw .unavailable(
            "there is no launch/datasets in \(folders.joined(separator: " nor in ").printable), and it belongs to the "
                + "program: run hone of the folder that it was built in, or copy its launch/datasets and launch/environment "
                + "into the project")
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
