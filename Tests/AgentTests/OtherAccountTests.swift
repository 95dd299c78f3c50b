import Experience
import Foundation
import Glibc
import Platform
import Testing

@testable import Bridge
@testable import TestSupport

/// Somebody who is nobody here.
private enum OtherAccount {
    static let number = "65534"
    static let isThere = geteuid() == 0 && Files.exists("/usr/bin/setpriv")

    /// Runs a command of the shell as that account; its exit code.
    static func run(_ command: String) throws -> Int32 {
        try start(command).wait()
    }

    static func start(_ command: String) throws -> ChildProcess {
        try ChildProcess.spawn(
            executable: "/usr/bin/setpriv",
            arguments: [
                "--reuid", number, "--regid", number, "--clear-groups", "/bin/sh", "-c",
                "cd / && " + command,
            ])
    }
}

/// What another account of the machine may try; only where the tests may become one.
@Suite(
    "Another account", .enabled(if: OtherAccount.isThere, "only root can become another account"))
struct OtherAccountTests {
    @Test("It cannot lock a session, not even one that was opened to everybody to read")
    func lock() async {
        // In a process of its own, whose mask is nobody else's.
        await #expect(processExitsWith: .success) {
            let scratch = try Scratch()
            umask(0)
            chmod(scratch.folder, 0o755)
            let url = URL(fileURLWithPath: scratch.path("session"))
            let directory = try SessionDirectory(creating: url)
            let recorder = try Recorder(session: directory.log.path, part: 1)
            try recorder.close()
            withExtendedLifetime(try SessionLock(url.path)) {}
            let inside = try FileManager.default.subpathsOfDirectory(atPath: url.path)
            for path in [url.path] + inside.map({ url.path + "/" + $0 }) {
                var status = stat()
                #expect(lstat(path, &status) == 0 && status.st_mode & 0o077 == 0, "\(path)")
            }
            #expect(try OtherAccount.run("ls \(url.path)") != 0)
            // As a person shares it.
            let shared = try ChildProcess.spawn(
                executable: "chmod", arguments: ["-R", "go+rX", url.path])
            #expect(shared.wait() == 0)
            chmod(url.path + "/.lock", 0o600)
            #expect(try OtherAccount.run("ls \(url.path)/log/session.mcap") == 0)
            #expect(try OtherAccount.run("flock -n \(url.path)/.lock true") != 0)
            let other = try OtherAccount.start("flock -n \(url.path) sleep 20")
            SystemClock().sleep(for: .milliseconds(200))
            #expect(other.isRunning)
            withExtendedLifetime(try SessionLock(url.path)) {}
            other.kill()
        }
    }

    @Test(
        "Its files in the machine's memory are neither waited for, read nor removed",
        .timeLimit(.minutes(5)))
    func rings() throws {
        let stem = "\(SharedMemory.memoryDisk)/hone-\((1 << 22) + 1)-1-7"
        let places = ["7", "8", "9"].map { stem + $0 }
        defer { for place in places { try? Files.remove(place) } }
        #expect(
            try OtherAccount.run(
                "mkfifo -m 666 \(places[0]) && head -c 8192 /dev/zero > \(places[1]) "
                    + "&& ln -s /dev/zero \(places[2])") == 0)
        let scratch = try Scratch()
        let recorder = try Recorder(session: scratch.folder, part: 1)
        try recorder.start()
        try recorder.close()
        // A link of the session's own to a ring that is theirs.
        for place in places {
            try #require(symlink(place, scratch.path("session.ring")) == 0)
            let found = try LogRings.recover(in: scratch.folder)
            #expect(found == [.foreign(name: scratch.path("session.ring"))])
            try Files.remove(scratch.path("session.ring"))
            var status = stat()
            #expect(lstat(place, &status) == 0, "\(place)")
        }
    }

    @Test("Its keys and lists are not used, whatever their permissions say")
    func keys() throws {
        let scratch = try Scratch()
        let pair = try KeyPair.generate()
        try pair.write(into: scratch.path("keys"))
        let (secret, list) = (scratch.path("keys/secret.key"), scratch.path("keys/allowed"))
        try AllowList.add(pair.publicKey, name: "me", to: list)
        for path in [secret, list] { #expect(chown(path, 65534, 65534) == 0) }
        #expect(throws: KeyError.othersFile(path: secret, owner: 65534)) {
            try KeyPair.read(secretFile: secret)
        }
        #expect(throws: KeyError.othersFile(path: list, owner: 65534)) {
            try AllowList(file: list)
        }
        #expect(throws: KeyError.othersFile(path: list, owner: 65534)) {
            try AllowList.add(try KeyPair.generate().publicKey, name: "other", to: list)
        }
        #expect(KeyError.othersFile(path: list, owner: 65534).exitCode == 77)
        for path in [secret, list] { #expect(chown(path, 0, 0) == 0) }
        #expect(try KeyPair.read(secretFile: secret) == pair)
        #expect(try AllowList(file: list).contains(pair.publicKey))
    }
}
