import Platform
import Testing

#if canImport(Glibc)
    import Glibc
#endif

@Suite("ChildProcess")
struct ChildProcessTests {
    @Test("gives arguments, environment and files, and the exit status back")
    func runs() throws {
        try withDirectory { directory in
            let child = try ChildProcess.spawn(
                executable: "/bin/sh",
                arguments: ["-c", "echo $1 $HONE_TEST; echo oops >&2; exit 7", "sh", "argument"],
                environment: ["HONE_TEST": "value"], output: "\(directory)/out",
                errors: "\(directory)/err")
            #expect(child.wait() == 7)
            #expect(!child.isRunning)
            #expect(
                try Files.read("\(directory)/out", limit: 100) == Array("argument value\n".utf8))
            #expect(try Files.read("\(directory)/err", limit: 100) == Array("oops\n".utf8))
        }
    }

    @Test("says why a program cannot be run")
    func cannotRun() {
        #expect(
            throws: PlatformError.system(
                attempted: "run", subject: "/nonexistent", code: ENOENT)
        ) { try ChildProcess.spawn(executable: "/nonexistent") }
        #expect(throws: PlatformError.self) { try ChildProcess.spawn(executable: "/tmp") }
    }

    @Test("terminates and kills")
    func ends() throws {
        let polite = try ChildProcess.spawn(executable: "/bin/sleep", arguments: ["100"])
        #expect(polite.isRunning)
        #expect(polite.wait(timeout: .milliseconds(20)) == nil)
        polite.terminate()
        #expect(polite.wait() == 128 + SIGTERM)
        let stubborn = try ChildProcess.spawn(
            executable: "/bin/sh", arguments: ["-c", "trap '' TERM; while :; do sleep 0.05; done"])
        stubborn.kill()
        #expect(stubborn.wait() == 128 + SIGKILL)
        stubborn.terminate()
    }

    /// Whether a process is there, and is more than an end that nobody has asked for.
    private func isAlive(_ identifier: Int32) -> Bool {
        guard let bytes = try? Files.read("/proc/\(identifier)/stat", limit: 4096) else {
            return false
        }
        // The state stands behind the name, which is in brackets and may hold anything.
        let rest = String(decoding: bytes, as: UTF8.self).split(separator: ")").last ?? ""
        return rest.first { $0 != " " } != "Z"
    }

    @Test(
        "takes along what it has started itself", arguments: ["terminated", "killed", "let go"])
    func grandchildren(end: String) throws {
        try withDirectory { directory in
            let clock = SystemClock()
            func waitUntil(_ condition: () -> Bool) {
                let deadline = clock.now + .seconds(20)
                while !condition(), clock.now < deadline { clock.sleep(for: .milliseconds(2)) }
            }
            let file = "\(directory)/grandchild"
            var child: ChildProcess? = try ChildProcess.spawn(
                executable: "/bin/sh",
                arguments: [
                    "-c", "sleep 100 & echo $! > \"$1.new\"; mv \"$1.new\" \"$1\"; wait", "sh",
                    file,
                ])
            waitUntil { Files.exists(file) }
            let text = String(decoding: try Files.read(file, limit: 100), as: UTF8.self)
            let grandchild = try #require(Int32(text.prefix { $0.isNumber }))
            #expect(isAlive(grandchild))
            switch end {
            case "terminated": child?.terminate()
            case "killed": child?.kill()
            default: child = nil
            }
            waitUntil { !isAlive(grandchild) }
            #expect(!isAlive(grandchild))
            child?.wait()
        }
    }

    @Test("does not outlive its owner")
    func ownership() throws {
        var child: ChildProcess? = try ChildProcess.spawn(
            executable: "/bin/sleep", arguments: ["100"])
        let identifier = try #require(child?.identifier)
        #expect(kill(identifier, 0) == 0)
        child = nil
        #expect(kill(identifier, 0) == -1)
    }
}

@Suite("The process", .serialized)
struct ProcessTests {
    @Test("counts signals instead of dying of them")
    func signals() throws {
        try SignalWatcher.install()
        let before = SignalWatcher.count
        let clock = SystemClock()
        let deadline = clock.now + .seconds(20)
        for (index, number) in [SIGINT, SIGTERM, SIGTERM].enumerated() {
            // To the process: test threads block signals. One at a time: pending ones merge.
            kill(getpid(), number)
            while SignalWatcher.count <= before + index && clock.now < deadline {
                clock.sleep(for: .milliseconds(1))
            }
        }
        #expect(SignalWatcher.count == before + 3)
        #expect(SignalWatcher.interrupts >= 1 && SignalWatcher.terminations >= 2)
    }

    @Test("reports its page faults, and a thread its own")
    func faults() {
        #expect(Memory.pageFaults().minor > 0)
        let pages = 64
        let before = Memory.threadPageFaults()
        let fresh = UnsafeMutableRawPointer.allocate(byteCount: pages << 22, alignment: 4096)
        // Far enough apart that no huge page covers two of them.
        for page in 0..<pages { fresh.storeBytes(of: 1, toByteOffset: page << 22, as: UInt8.self) }
        let found = Memory.threadPageFaults().since(before)
        fresh.deallocate()
        #expect(found.minor + found.major >= UInt64(pages))
    }

    @Test("speaks before it dies of a broken invariant")
    func invariants() async throws {
        let result = try await #require(
            processExitsWith: .signal(SIGABRT), observing: [\.standardErrorContent]
        ) {
            invariant(1 + 1 == 2, "arithmetic holds")
            invariant(1 + 1 == 3, "the test's own")
        }
        let text = String(decoding: result.standardErrorContent, as: UTF8.self)
        #expect(text.contains("ProcessTests.swift:"))
        #expect(text.contains("invariant broken: the test's own"))
    }
}
