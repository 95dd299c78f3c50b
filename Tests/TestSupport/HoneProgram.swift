import Foundation
import Glibc
import Platform
import Testing

/// The `hone` program that was built with these tests, run as a person would run it.
enum HoneProgram {
    /// The repository: the folder that holds `robots/` and `launch/`.
    static let root = URL(fileURLWithPath: #filePath)
        .appendingPathComponent("../../..").standardized.path

    /// The executable.
    static let path = folder + "/hone"
    /// The other one.
    static let benchPath = folder + "/hone-bench"

    /// Where both are: next to the test bundle this code is in.
    private static let folder: String = {
        let maps = (try? String(contentsOfFile: "/proc/self/maps", encoding: .utf8)) ?? ""
        let bundle = maps.split(separator: "\n").first { $0.hasSuffix(".xctest") }
            .flatMap { line in line.firstIndex(of: "/").map { String(line[$0...]) } }
        return URL(fileURLWithPath: bundle ?? CommandLine.arguments[0])
            .deletingLastPathComponent().path
    }()

    /// Runs it to its end.
    ///
    /// - Parameters:
    ///   - folder: where it is started; the repository unless said otherwise.
    ///   - wrapper: words before its own, such as `setpriv …`; the last of them runs it.
    static func run(
        _ arguments: [String], in folder: String = root, wrapper: [String] = []
    ) throws -> Outcome {
        try Running(arguments, in: folder, wrapper: wrapper).finish()
    }

    /// How a run ended.
    struct Outcome {
        var code: Int32
        var output: String
        var errors: String
    }

    /// A run in progress.
    final class Running {
        let child: ChildProcess
        private let scratch: Scratch

        init(
            _ arguments: [String], in folder: String = root, wrapper: [String] = []
        ) throws {
            scratch = try Scratch()
            // env only changes the folder and becomes hone: the number stays.
            child = try ChildProcess.spawn(
                executable: "/usr/bin/env",
                arguments: ["-C", folder] + wrapper + [path] + arguments,
                environment: ["NO_COLOR": "1", "LC_ALL": "C.UTF-8"],
                output: scratch.path("output"), errors: scratch.path("errors"))
        }

        /// What Ctrl-C in a terminal does: a signal to the whole process group.
        func interrupt() { kill(-child.identifier, SIGINT) }

        /// Two requests to end at once; of one kind the kernel would keep only one.
        func interruptTwice() {
            kill(-child.identifier, SIGINT)
            kill(-child.identifier, SIGTERM)
        }

        /// Waits for the end; a run that never ends is a failure of the test.
        func finish(within limit: Duration = .seconds(120)) throws -> Outcome {
            if child.wait(timeout: limit) == nil {
                Issue.record("hone did not end within \(limit)")
                child.kill()
            }
            return Outcome(
                code: child.wait(), output: try scratch.text("output"),
                errors: try scratch.text("errors"))
        }

        /// The only child whose command line holds `word`, once there is one.
        func child(_ word: String) throws -> Int32 {
            let list = "/proc/\(child.identifier)/task/\(child.identifier)/children"
            for _ in 0..<2000 {
                let numbers = ((try? String(contentsOfFile: list, encoding: .utf8)) ?? "")
                    .split(separator: " ").compactMap { Int32($0) }
                for number in numbers {
                    let line = FileManager.default.contents(atPath: "/proc/\(number)/cmdline")
                    let words = String(decoding: line ?? Data(), as: UTF8.self)
                        .split(separator: "\0")
                    if words.contains(Substring(word)) { return number }
                }
                SystemClock().sleep(for: .milliseconds(5))
            }
            throw Missing(what: "a child process with the word \(word)")
        }
    }

    /// Waits until `condition`, at most a minute.
    static func wait(for what: String, until condition: () -> Bool) throws {
        for _ in 0..<6000 {
            if condition() { return }
            SystemClock().sleep(for: .milliseconds(10))
        }
        throw Missing(what: what)
    }

    /// Something a test waited for in vain.
    struct Missing: Error, CustomStringConvertible {
        let what: String
        var description: String { "waited in vain for \(what)" }
    }
}

/// A folder of its own, gone with the last reference.
final class Scratch: Sendable {
    let folder: String

    init() throws {
        folder = "/tmp/hone-test-\(UUID().uuidString.prefix(13))"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
    }

    deinit { remove() }

    func remove() { try? FileManager.default.removeItem(atPath: folder) }

    func path(_ name: String) -> String { folder + "/" + name }

    func text(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(fileURLWithPath: path(name))), as: UTF8.self)
    }
}
