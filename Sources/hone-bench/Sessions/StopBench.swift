import ArgumentParser
import Foundation
import Platform

/// `hone-bench stop`: how soon a session answers a stop while other programs flood its control socket.
struct StopBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stop",
        abstract: "Measures how soon a session answers a stop, alone and under a flood.",
        discussion: """
            A session of demo-realtime runs, and programs of the same user talk to its control socket \
            as badly as they can: some ask without end and never read, some connect again and again, \
            some hold as many connections as they get. Each stop is a connection of its own, from \
            connecting to the answer. Run it in the project's folder.
            """)

    @Option(help: "Stops of each row.")
    var stops = 1000

    @Option(help: "Flooding programs of each kind.")
    var programs = 2

    func validate() throws {
        guard stops > 0, programs > 0 else {
            throw ValidationError("Stops and programs are more than 0.")
        }
    }

    func run() throws {
        let folder = NSTemporaryDirectory() + "hone-bench-\(getpid())"
        try Files.makeDirectories(folder)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let directory = folder + "/session"
        let session = try ChildProcess.spawn(
            executable: try MeasuredSession.program(),
            arguments: [
                "record", "demo-realtime", "--episodes", "10000", "--attended", "--quiet",
                "--directory", directory,
            ], output: folder + "/said.txt", errors: folder + "/said.txt")
        defer {
            session.interrupt()
            if session.wait(timeout: .seconds(20)) == nil { session.kill() }
        }
        let path = directory + "/control"
        try awaitRobot(at: path, session)
        print(
            "".padded(to: 30)
                + ["min", "p50", "p99", "p99.9", "max"].map { $0.padded(to: 12) }.joined())
        try measure("alone", path)
        for kind in StopAttack.Kind.allCases { try flood([kind], path) }
        try flood(StopAttack.Kind.allCases, path)
    }

    private func flood(_ kinds: [StopAttack.Kind], _ path: String) throws {
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        var attackers: [ChildProcess] = []
        defer {
            for attacker in attackers {
                attacker.kill()
                _ = attacker.wait()
            }
        }
        for kind in kinds {
            for _ in 0..<programs {
                attackers.append(
                    try ChildProcess.spawn(
                        executable: own, arguments: ["stop-attack", path, kind.rawValue]))
            }
        }
        SystemClock().sleep(for: .seconds(1))
        try measure(kinds.count == 1 ? kinds[0].rawValue : "all of them", path)
    }

    private func measure(_ name: String, _ path: String) throws {
        let clock = SystemClock()
        var histogram = LatencyHistogram()
        var again = 0
        for _ in 0..<stops {
            let began = clock.now
            // As `hone stop` does: again where the session had to let it go among many.
            while try !stop(path) { again += 1 }
            histogram.record(nanoseconds: UInt64((clock.now - began).wholeNanoseconds))
        }
        let line = Measurement(name: name, histogram: histogram).text(old: nil, peer: nil)
        print(line + (again > 0 ? "  asked again \(again) times" : ""))
    }

    /// One stop; whether it was answered.
    private func stop(_ path: String) throws -> Bool {
        do throws(PlatformError) {
            let socket = try LocalSocket.connect(path)
            try socket.send(Array(#"{"act":"stop"}"#.utf8))
            guard let answer = try socket.receive(timeout: .seconds(3)) else { return false }
            return String(decoding: answer, as: UTF8.self).contains(#""done":true"#)
        } catch { return false }
    }

    private func awaitRobot(at path: String, _ session: ChildProcess) throws {
        let clock = SystemClock()
        let deadline = clock.now + .seconds(60)
        while clock.now < deadline, session.isRunning {
            if let socket = try? LocalSocket.connect(path),
                (try? socket.send(Array(#"{"act":"status"}"#.utf8))) != nil,
                let answer = try? socket.receive(timeout: .seconds(1)),
                String(decoding: answer, as: UTF8.self).contains(#""state":"active""#)
            {
                return
            }
            clock.sleep(for: .milliseconds(100))
        }
        throw ValidationError("The session's robot did not become active.")
    }
}
