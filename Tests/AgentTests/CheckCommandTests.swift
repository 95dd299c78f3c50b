import Embodiment
import Experience
import Foundation
import Platform
import Testing

@testable import Agent
@testable import TestSupport

@Suite("hone check of whatever a person names")
struct CheckCommandTests {
    private func check(_ path: String) throws -> HoneProgram.Outcome {
        try HoneProgram.run(["check", path])
    }

    @Test("Sessions, their logs, records and weights are read, and what they hold is said")
    func recorded() throws {
        let session = try SharedDemo.session()
        let weights = try #require(
            try Files.list(session.folder + "/checkpoints").last {
                $0.name.hasSuffix(".safetensors")
            })
        for (path, words) in [
            (session.folder, "a session of sim-widowx, "),
            (session.folder + "/session.json", "sim-widowx"),
            (session.folder + "/log/session.mcap", "whole episodes"),
            (session.folder + "/checkpoints/" + weights.name, "of sim-widowx"),
        ] {
            let outcome = try check(path)
            #expect(outcome.code == 0, "\(outcome.errors)")
            #expect(outcome.output.hasPrefix("ok    \(path): ") && outcome.output.contains(words))
        }
    }

    @Test("A session whose process was killed is one that can be learned from")
    func killed() throws {
        let scratch = try Scratch()
        let session = try SharedDemo.copy(into: scratch)
        let log = session.folder + "/log"
        var records: [(LogRecord, MonotonicTime)] = []
        try SessionLogReader(session: log).records { records.append(($0, $1)) }
        try Files.remove(SessionLog.path(in: log, part: 1))
        let recorder = try Recorder(creating: SessionLog.path(in: log, part: 1))
        let lane = recorder.makeLane()
        for (record, time) in records { lane.record(record, at: time) }
        try recorder.flush()
        let outcome = try check(session.folder)
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("was not closed"), "\(outcome.output)")
    }

    @Test("What cannot be used is one line that says why")
    func faults() throws {
        let scratch = try Scratch()
        let session = try SharedDemo.copy(into: scratch)
        let log = session.folder + "/log/session.mcap"
        var bytes = try Files.read(log, limit: 1 << 28)
        bytes[bytes.count / 2] ^= 0xFF
        try Files.replace(log, with: bytes)
        let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n"
        let files: [(name: String, bytes: [UInt8], code: Int32, says: String)] = [
            ("a.npz", Array("PK\u{3}\u{4}".utf8), 64, "--launch LAUNCH --check"),
            ("a.hdf5", [0x89] + Array("HDF\r\n".utf8), 64, "(HDF5)"),
            ("a.parquet", Array("PAR1".utf8), 64, "(Parquet)"),
            ("a.arrow", Array("ARROW1".utf8), 64, "(Arrow)"),
            ("empty.npz", [], 65, "it is empty"), ("empty.mcap", [], 65, "is empty"),
            ("empty.safetensors", [], 65, "it is empty"),
            ("cut.safetensors", [9, 0, 0, 0, 0, 0, 0, 0], 65, "cannot be used"),
            ("pointer.safetensors", Array(pointer.utf8), 66, "Git LFS pointer"),
            ("pointer.mcap", Array(pointer.utf8), 66, "Git LFS pointer"),
            ("pointer.yaml", Array(pointer.utf8), 78, "Git LFS pointer"),
            ("folder/a.txt", [], 65, "neither a session"),
            ("lerobot/meta/info.json", Array("{}".utf8), 64, "(LeRobot)"),
            ("minari/data/metadata.json", Array("{}".utf8), 64, "(Minari)"),
        ]
        var cases: [(path: String, code: Int32, says: String)] = [
            (session.folder, 65, "hone episodes verify"),
            (scratch.path("nothing"), 78, "no such file"),
        ]
        for file in files {
            let path = scratch.path(file.name)
            try Files.makeDirectories(
                String(path.prefix(upTo: try #require(path.lastIndex(of: "/")))))
            try Files.replace(path, with: file.bytes)
            let first = file.name.split(separator: "/")[0]
            let isFolder = ["folder", "lerobot", "minari"].contains(first)
            cases.append((isFolder ? scratch.path(String(first)) : path, file.code, file.says))
        }
        for wrong in cases {
            let outcome = try check(wrong.path)
            #expect(outcome.code == wrong.code, "\(wrong.path): \(outcome.errors)")
            #expect(outcome.errors.contains(wrong.says), "\(outcome.errors)")
            #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
        }
    }

    @Test("A pipe keeps nobody waiting, as a log or as weights", .timeLimit(.minutes(5)))
    func pipe() throws {
        let scratch = try Scratch()
        for name in ["pipe.mcap", "pipe.safetensors"] {
            #expect(mkfifo(scratch.path(name), 0o600) == 0)
        }
        for words in [
            ["episodes", "list", scratch.path("pipe.mcap")], ["check", scratch.path("pipe.mcap")],
            [
                "pretrain", "demo", "--data", scratch.path("pipe.mcap"), "--directory",
                scratch.path("new"),
            ],
            ["weights", "show", scratch.path("pipe.safetensors")],
            ["evaluate", "demo", "--weights", scratch.path("pipe.safetensors")],
        ] {
            let outcome = try HoneProgram.run(words, in: HoneProgram.root)
            #expect([65, 66].contains(outcome.code), "\(words): \(outcome.errors)")
            #expect(outcome.errors.contains("it is a pipe; name a file"), "\(outcome.errors)")
        }
        #expect(!Files.exists(scratch.path("new")))
    }

    @Test("A name that is not UTF-8 is refused with its bytes")
    func name() throws {
        let scratch = try Scratch()
        let child = try ChildProcess.spawn(
            executable: "/bin/sh",
            arguments: ["-c", #"exec "$0" check "$(printf 'bad\377.yaml')""#, HoneProgram.path],
            output: scratch.path("said.txt"), errors: scratch.path("said.txt"))
        #expect(child.wait() == 64)
        let text = try String(contentsOfFile: scratch.path("said.txt"), encoding: .utf8)
        #expect(text.contains(#"'bad\xff.yaml' is not UTF-8"#), "\(text)")
    }

    @Test("A working directory that is not there any more is no endless search")
    func gone() throws {
        let scratch = try Scratch()
        let child = try ChildProcess.spawn(
            executable: "/bin/sh",
            arguments: [
                "-c", #"mkdir "$1" && cd "$1" && rmdir "$1" && exec "$0" check"#,
                HoneProgram.path, scratch.path("gone"),
            ], output: scratch.path("said.txt"), errors: scratch.path("said.txt"))
        let code = child.wait(timeout: .seconds(60))
        if code == nil { child.kill() }
        // The project around the program itself.
        let text = try scratch.text("said.txt")
        #expect(code == 0, "\(text)")
    }
}
