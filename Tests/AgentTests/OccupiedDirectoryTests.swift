import Experience
import Foundation
import Glibc
import Platform
import Testing

@testable import Report
@testable import TestSupport

@Suite("A directory that is taken")
struct OccupiedDirectoryTests {
    /// Name, kind, mode and bytes of everything below a folder.
    private static func manifest(_ folder: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: folder).sorted().map { name in
            let path = "\(folder)/\(name)"
            var status = stat()
            lstat(path, &status)
            let isFile = status.st_mode & S_IFMT == S_IFREG
            let bytes =
                isFile
                ? try Data(contentsOf: URL(fileURLWithPath: path)).base64EncodedString() : ""
            return "\(name) \(status.st_mode) \(bytes)"
        }
    }

    /// One thing that may stand where a new session is asked for, and a word of the answer.
    private static let occupants: [(name: String, says: String)] = [
        ("notes", "is not empty (notes.txt)"), ("lost record", "is not empty ("),
        ("other log", "is not empty (log)"), ("weights", "is not empty (weights)"),
        ("file", "is a file"), ("dangling link", "is a link that leads nowhere"),
        ("link", "is not empty (notes.txt)"), ("session", "already holds a session"),
        ("inside", "is inside the session"), ("deep inside", "is inside the session"),
    ]

    /// Makes an occupant below a scratch folder; the path that a command is given.
    private func place(_ name: String, _ scratch: Scratch) throws -> String {
        let manager = FileManager.default
        let place = scratch.path("place")
        func folder(_ path: String) throws {
            try manager.createDirectory(atPath: path, withIntermediateDirectories: true)
        }
        func file(_ path: String) throws {
            try folder(URL(fileURLWithPath: path).deletingLastPathComponent().path)
            try "mine\n".write(toFile: path, atomically: true, encoding: .utf8)
        }
        let session = try SharedDemo.session().folder
        switch name {
        case "notes": try file(place + "/notes.txt")
        case "other log": try file(place + "/log/session.mcap")
        case "weights": try file(place + "/weights/000001.safetensors")
        case "file": try file(place)
        case "dangling link":
            try manager.createSymbolicLink(atPath: place, withDestinationPath: "/nowhere")
        case "link":
            try file(scratch.path("elsewhere/notes.txt"))
            try manager.createSymbolicLink(
                atPath: place, withDestinationPath: scratch.path("elsewhere"))
        case "lost record":
            try manager.copyItem(atPath: session, toPath: place)
            try manager.removeItem(atPath: place + "/session.json")
        default: try manager.copyItem(atPath: session, toPath: place)
        }
        switch name {
        case "inside": return place + "/new"
        case "deep inside": return place + "/log/new/newer"
        default: return place
        }
    }

    @Test("No session is begun in it, and nothing of it changes", arguments: occupants)
    func refused(occupant: (name: String, says: String)) throws {
        let scratch = try Scratch()
        let place = try place(occupant.name, scratch)
        let before = try Self.manifest(scratch.folder)
        let data = try SharedDemo.session().folder
        for words in [
            ["record", "demo", "--episodes", "1"], ["pretrain", "demo", "--data", data],
            ["evaluate", "demo", "--weights", data], ["replay", data, "--policy", data],
        ] {
            let isReplay = words[0] == "replay"
            let outcome = try HoneProgram.run(
                words + ["--quiet", "--directory", place] + (isReplay ? [] : TinySession.arguments))
            #expect(outcome.code == 73, "\(words[0]): \(outcome.errors)")
            #expect(outcome.errors.contains(occupant.says), "\(words[0]): \(outcome.errors)")
            #expect(try Self.manifest(scratch.folder) == before, "\(words[0])")
        }
    }

    @Test("An empty one is none, nor what a start leaves that was cut off", arguments: [0, 1, 2])
    func free(kind: Int) throws {
        let scratch = try Scratch()
        let place = scratch.path("place")
        let manager = FileManager.default
        switch kind {
        case 0: try manager.createDirectory(atPath: place, withIntermediateDirectories: true)
        case 1:
            _ = try SessionDirectory(creating: URL(fileURLWithPath: place))
            _ = try SessionLock(place)
        default:
            try manager.createDirectory(
                atPath: scratch.path("elsewhere"), withIntermediateDirectories: true)
            try manager.createSymbolicLink(
                atPath: place, withDestinationPath: scratch.path("elsewhere"))
        }
        let outcome = try HoneProgram.run(
            ["record", "demo", "--episodes", "1", "--quiet", "--directory", place]
                + TinySession.arguments)
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(try FinishedSession(place).report.ended == "completed")
    }

    @Test("An export goes into no session")
    func exported() throws {
        let session = try SharedDemo.session().folder
        let before = try Self.manifest(session)
        let outcome = try HoneProgram.run([
            "episodes", "export", session, session + "/log/new.npz", "--format", "npz",
        ])
        #expect(outcome.code == 73, "\(outcome.errors)")
        #expect(outcome.errors.contains("is inside the session"), "\(outcome.errors)")
        #expect(try Self.manifest(session) == before)
    }
}
