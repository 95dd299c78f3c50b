import Glibc
import Testing

@testable import Platform

@Suite("What this program keeps is a plain file")
struct PlainFileTests {
    private static let content = Array("precious\n".utf8)

    /// Something at a path that is no plain file of one name.
    private func lay(_ kind: String, at path: String, target: String) throws {
        switch kind {
        case "link": #expect(symlink(target, path) == 0)
        case "link to nothing": #expect(symlink(target + "-none", path) == 0)
        case "loop": #expect(symlink(path, path) == 0)
        case "pipe": #expect(mkfifo(path, 0o600) == 0)
        case "socket": #expect(mknod(path, S_IFSOCK | 0o600, 0) == 0)
        default: #expect(link(target, path) == 0)
        }
    }

    @Test(
        "To be read or written it is no link, pipe or socket, and nothing else is touched or waited for",
        .timeLimit(.minutes(5)),
        arguments: ["link", "link to nothing", "loop", "pipe", "socket", "second name"])
    func foreign(kind: String) throws {
        try withDirectory { directory in
            let (path, target) = ("\(directory)/metrics.jsonl", "\(directory)/target")
            try Files.replace(target, with: Self.content)
            try lay(kind, at: path, target: target)
            var modes: [FileDescriptor.Mode] = [.write, .append, .update]
            // A second name harms nobody who only reads.
            if kind != "second name" { modes.append(.record) }
            for mode in modes {
                let expected: PlatformError =
                    kind == "pipe" && mode == .record
                    ? .notAFile(path: path, what: "a pipe") : .foreign(path: path)
                #expect(throws: expected, "\(mode)") {
                    _ = try FileDescriptor(opening: path, mode)
                }
            }
            #expect(try Files.read(target, limit: 100) == Self.content)
            #expect(!Files.exists(target + "-none"))
        }
    }

    @Test("A folder or a device is no record, and none that is written")
    func others() {
        #expect(throws: PlatformError.foreign(path: "/tmp")) {
            try Files.read("/tmp", limit: 100, .record)
        }
        for mode in [FileDescriptor.Mode.update, .write, .append] {
            #expect(throws: PlatformError.foreign(path: "/dev/null")) {
                _ = try FileDescriptor(opening: "/dev/null", mode)
            }
        }
    }

    @Test("A program's output goes to no file that a link leads to")
    func output() throws {
        try withDirectory { directory in
            let (path, target) = ("\(directory)/bridge.txt", "\(directory)/target")
            try Files.replace(target, with: Self.content)
            try lay("link", at: path, target: target)
            #expect(throws: PlatformError.foreign(path: path)) {
                try ChildProcess.spawn(executable: "/bin/true", output: path, errors: path)
            }
            #expect(try Files.read(target, limit: 100) == Self.content)
        }
    }

    @Test("What is replaced in one step is the name itself, whatever lay there or aside of it")
    func replaced() throws {
        for kind in ["link", "link to nothing", "pipe", "socket", "second name"] {
            try withDirectory { directory in
                let (path, target) = ("\(directory)/session.json", "\(directory)/target")
                try Files.replace(target, with: Self.content)
                for place in [path, Files.aside(path)] {
                    try lay(kind, at: place, target: target)
                }
                try Files.replace(path, with: [1, 2])
                #expect(try Files.read(path, limit: 2, .record) == [1, 2])
                #expect(try Files.read(target, limit: 100) == Self.content)
                #expect(try Files.list(directory).map(\.name) == ["session.json", "target"])
            }
        }
    }

    @Test("An own directory is no link to one, and is its owner's alone; so are files")
    func directories() throws {
        try withDirectory { directory in
            let (path, target) = ("\(directory)/log", "\(directory)/target")
            try Files.makeOwnDirectory(target)
            try Files.makeOwnDirectory(target)
            #expect(symlink(target, path) == 0)
            #expect(throws: PlatformError.foreign(path: path)) {
                try Files.makeOwnDirectory(path)
            }
            let entries = try Files.list(directory)
            #expect(entries.map(\.isDirectory) == [false, true])
            try Files.remove(path)
            try Files.replace(path, with: [])
            #expect(throws: PlatformError.foreign(path: path)) {
                try Files.makeOwnDirectory(path)
            }
            var status = stat()
            #expect(stat(path, &status) == 0 && status.st_mode & 0o077 == 0)
            #expect(stat(target, &status) == 0 && status.st_mode & 0o077 == 0)
            rmdir(target)
        }
    }

    @Test("A link that a person names leads where it leads, and other paths stay as they are")
    func resolved() throws {
        try withDirectory { directory in
            let (path, target) = ("\(directory)/latest", "\(directory)/target")
            try Files.replace(target, with: Self.content)
            #expect(symlink("target", path) == 0)
            #expect(try Files.resolved(path) == target)
            #expect(try Files.resolved("a/../b") == "a/../b")
            let ring = "\(directory)/ring"
            #expect(symlink("ring", ring) == 0)
            #expect(throws: PlatformError.self) { try Files.resolved(ring) }
            #expect(Files.isSame(target, "\(directory)/./target") && !Files.isSame(path, target))
        }
    }
}
