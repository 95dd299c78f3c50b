import Foundation
import Glibc
import Testing

@testable import Report
@testable import TestSupport

@Suite("What is printed")
struct OutputTests {
    /// A safetensors file of many empty tensors: a megabyte and more to show.
    private func wideFile(in scratch: Scratch) throws -> String {
        let names = (0..<9000).map {
            "\"layer.\($0)\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}"
        }
        var header = Array("{\(names.joined(separator: ","))}".utf8)
        while header.count % 8 != 0 { header.append(UInt8(ascii: " ")) }
        let length = (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) }
        let path = scratch.path("wide.safetensors")
        try Data(length + header).write(to: URL(fileURLWithPath: path))
        return path
    }

    @Test("More than a pipe holds arrives whole, also where standard output does not block")
    func nonBlocking() throws {
        let scratch = try Scratch()
        let arguments = ["weights", "show", try wideFile(in: scratch), "--json"]
        let expected = try HoneProgram.run(arguments).output
        try #require(expected.utf8.count > 1 << 20)
        let pipe = Pipe()
        let writer = pipe.fileHandleForWriting.fileDescriptor
        #expect(fcntl(writer, F_SETFL, fcntl(writer, F_GETFL) | O_NONBLOCK) == 0)
        let program = Process()
        program.executableURL = URL(fileURLWithPath: HoneProgram.path)
        program.arguments = arguments
        program.currentDirectoryURL = URL(fileURLWithPath: HoneProgram.root)
        program.standardOutput = pipe
        try program.run()
        try pipe.fileHandleForWriting.close()
        var found = Data()
        while true {
            usleep(3000)
            let piece = pipe.fileHandleForReading.availableData
            if piece.isEmpty { break }
            found += piece
        }
        program.waitUntilExit()
        #expect(program.terminationStatus == 0)
        #expect(found == Data(expected.utf8))
    }

    @Test(
        "What a full disk did not take is said, with exit code 74",
        arguments: [
            ["check"], ["check", "--json"], ["--help"], ["--version"], ["weights", "show", "FILE"],
            ["weights", "show", "FILE", "--json"], ["faults", "--list"],
        ])
    func full(arguments: [String]) throws {
        let scratch = try Scratch()
        let file = try wideFile(in: scratch)
        let outcome = try HoneProgram.run(
            arguments.map { $0 == "FILE" ? file : $0 },
            wrapper: ["sh", "-c", "exec \"$@\" > /dev/full", "sh"])
        #expect(outcome.code == 74, "\(outcome.errors)")
        #expect(outcome.errors.contains("No space left on device"), "\(outcome.errors)")
    }

    @Test("A closed standard output is a failure, a reader that has gone is none")
    func closed() throws {
        let closed = try HoneProgram.run(
            ["check"], wrapper: ["sh", "-c", "exec \"$@\" >&-", "sh"])
        #expect(closed.code == 74, "\(closed.errors)")
        let scratch = try Scratch()
        let gone = try HoneProgram.run(
            ["weights", "show", try wideFile(in: scratch), "--json"],
            wrapper: ["sh", "-c", "(trap '' PIPE; exec \"$@\"; echo $? >&2) | head -c 10", "sh"])
        #expect(gone.code == 0)
        #expect(gone.output.utf8.count == 10)
        #expect(!gone.errors.contains("could not print"), "\(gone.errors)")
    }

    @Test(
        "What is printed to closed streams goes into no file of the session",
        arguments: [">&- 2>&-", "<&- 2>&-", "<&- >&- 2>&-"])
    func closedStreams(redirection: String) throws {
        let scratch = try Scratch()
        let data = try SharedDemo.session().folder
        let session = FinishedSession(scratch.path("session"))
        let outcome = try HoneProgram.run(
            ["pretrain", "demo", "--data", data, "--directory", session.folder]
                + TinySession.arguments,
            wrapper: ["sh", "-c", "exec \"$@\" \(redirection)", "sh"])
        // What it has to say could not be said; where only standard error is closed nobody is told.
        #expect(outcome.code == (redirection.contains(">&- ") ? 74 : 0))
        let checked = try HoneProgram.run(["check", session.folder])
        #expect(checked.code == 0, "\(checked.errors)")
        #expect(try session.report.ended == "completed")
        let metrics = try String(
            contentsOfFile: session.folder + "/metrics.jsonl", encoding: .utf8)
        let lines = metrics.split(separator: "\n")
        #expect(!lines.isEmpty && lines.allSatisfy { $0.first == "{" && $0.last == "}" })
    }

    @Test("A session keeps everything when its last words cannot be printed")
    func session() throws {
        let scratch = try Scratch()
        let session = FinishedSession(scratch.path("session"))
        let outcome = try HoneProgram.run(
            ["record", "demo", "--episodes", "1", "--json", "--directory", session.folder]
                + TinySession.arguments,
            wrapper: ["sh", "-c", "exec \"$@\" > /dev/full", "sh"])
        #expect(outcome.code == 74, "\(outcome.errors)")
        #expect(try session.report.ended == "completed")
    }

    @Test("A name in a file moves no cursor and forges no line")
    func hostileNames() throws {
        let scratch = try Scratch()
        let name = "a\\u001b[2J\\u001b]0;title\\u0007\\u009b31m\\u202e\\nok"
        var header = Array(
            "{\"\(name)\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}}".utf8)
        while header.count % 8 != 0 { header.append(UInt8(ascii: " ")) }
        let path = scratch.path("bad\u{1B}[31m\nname.safetensors")
        try Data([UInt8(header.count), 0, 0, 0, 0, 0, 0, 0] + header)
            .write(to: URL(fileURLWithPath: path))
        let missing = scratch.path("none\u{1B}[2J\nhone: ok.safetensors")
        for arguments in [
            ["weights", "show", path], ["weights", "show", path, "--json"],
            ["weights", "show", missing], ["episodes", "list", scratch.path("no\u{1B}[2J")],
        ] {
            let outcome = try HoneProgram.run(arguments)
            for text in [outcome.output, outcome.errors] {
                let hidden = text.unicodeScalars.filter {
                    ($0.value < 0x20 && $0 != "\n") || (0x7F..<0xA0).contains($0.value)
                        || $0.value == 0x202E
                }
                #expect(hidden.isEmpty, "\(arguments): \(text.debugDescription)")
            }
            #expect(!outcome.errors.contains("\nhone: ok"))
        }
    }
}
