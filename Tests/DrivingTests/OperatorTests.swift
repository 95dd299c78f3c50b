import Bridge
import Configuration
import Control
import Embodiment
import Experience
import Foundation
import Platform
import Simulation
import Synchronization
import Testing

@testable import Driving
@testable import Report
@testable import TestSupport

@Suite("An operator", .byTheWallClock)
struct OperatorTests {
    /// Asks for the status until it begins with `words`, some thirty seconds at most.
    private func waitFor(_ words: String, in folder: String) throws {
        var last = ""
        for _ in 0..<100 {
            last = try HoneProgram.run(["status", folder]).output
            if last.hasPrefix(words) { return }
            SystemClock().sleep(for: .milliseconds(200))
        }
        throw HoneProgram.Missing(what: "a robot that is \(words); it is \(last)")
    }

    /// A robot that an operator's button stopped; from a tick on a person looks, presses, and presses
    /// again when nothing happened.
    private func stopped(
        by presses: [(ticks: Range<UInt64>, buttons: OperatorButtons)], answeredFrom first: UInt64
    ) throws -> RobotBench {
        var faults = SimulationFaults()
        faults.presses = presses
        for tick in stride(from: first, to: 4000, by: 100) {
            faults.presses.append((tick..<tick + 5, .acknowledge))
            faults.presses.append((tick + 50..<tick + 55, .start))
        }
        let bench = try RobotBench(.realtime, faults: faults)
        var found: RobotError?
        do throws(RobotError) { try bench.begin() } catch { found = error }
        let error = try #require(found ?? bench.moveUntilError())
        #expect(error.stopCause == .operatorStop, "\(error)")
        return bench
    }

    @Test("Stops, acknowledges and starts at the bridge's buttons, and the session goes on")
    func buttons() throws {
        let bench = try stopped(by: [(300..<310, .stop)], answeredFrom: 500)
        try bench.robot.awaitOperator(seconds: 30) { Issue.record("\($0)") }
        // A new epoch, from where it stands: home, a scene, and on.
        try bench.robot.home()
        _ = try bench.robot.reset(
            SceneStart(episode: 1, seed: 2, purpose: .training, wantsOperator: false))
        #expect(bench.moveUntilError(steps: 5) == nil)
        #expect(bench.robot.counters.stops == 1)
        bench.leave(after: nil)
        #expect(bench.server.statistics.violations == 0)
    }

    @Test("A stop between the acknowledgement and the start is told, and wants its own")
    func stoppedAgain() throws {
        let bench = try stopped(
            by: [(300..<310, .stop), (500..<505, .acknowledge), (560..<565, .stop)],
            answeredFrom: 750)
        var notes: [String] = []
        try bench.robot.awaitOperator(seconds: 30) { notes.append($0) }
        #expect(notes == ["stopped again, cause 8: a person asked for a stop"])
        #expect(bench.robot.counters.stops == 2)
        bench.leave(after: nil)
        #expect(bench.server.statistics.violations == 0)
    }

    @Test("Asks at the desk: a hold waits for a start, and only the present challenge counts")
    func desk() throws {
        let bench = try RobotBench(.realtime)
        try bench.begin()
        let clock = SystemClock()
        var state = OperatorDesk.State()
        func ask(_ number: UInt64, _ act: SafetyRequest) throws -> SafetyAnswer {
            #expect(
                bench.desk.ask(
                    .init(number: number, act: act, deadline: clock.now + .seconds(5))))
            for _ in 0..<5000 {
                while let newer = bench.desk.newest() { state = newer }
                if let answer = state.answer(to: number) { return answer }
                clock.sleep(for: .milliseconds(1))
            }
            throw HoneProgram.Missing(what: "an answer")
        }
        #expect(try ask(1, .hold) == .accepted)
        let error = try #require(bench.moveUntilError(steps: 3))
        guard case .held = error else {
            Issue.record("expected a hold, found \(error)")
            return
        }
        clock.sleep(for: .milliseconds(400))
        let challenge = state.machine.challenge
        #expect(try ask(2, .start(challenge: challenge &- 1)) == .stale)
        #expect(try ask(3, .acknowledge(.holdRequested, challenge: challenge)) == .wrongState)
        #expect(try ask(4, .start(challenge: challenge)) == .accepted)
        try bench.robot.awaitOperator(seconds: 5) { Issue.record("\($0)") }
        #expect(bench.moveUntilError(steps: 3) == nil)
        #expect(try ask(5, .stop) == .accepted)
        #expect(bench.moveUntilError(steps: 3)?.stopCause == .operatorStop)
        bench.leave(after: nil)
        #expect(bench.server.drive.isAtRest)
    }

    /// What the recorder says of its room, and the tick thread asks.
    private final class LogRoom: Sendable { let isGone = Atomic<Bool>(false) }

    @Test("A robot held for a log without room can be started once whoever waits has made some")
    func logBlocked() throws {
        let bench = try RobotBench(.realtime)
        let room = LogRoom()
        bench.robot.isLogBlocked = { room.isGone.load(ordering: .relaxed) }
        try bench.begin()
        room.isGone.store(true, ordering: .relaxed)
        let error = try #require(bench.moveUntilError(steps: 3))
        guard case .held(.logBlocked) = error else {
            Issue.record("expected a hold, found \(error)")
            return
        }
        let person = try DeskPerson.begin(at: bench.desk)
        defer { person.join() }
        var looks = 0
        try bench.robot.awaitOperator(seconds: 20) {
            Issue.record("\($0)")
        } meanwhile: {
            looks += 1
            // Until then the guardian finds it in every tick, and no start counts.
            if looks == 100 { room.isGone.store(false, ordering: .relaxed) }
        }
        #expect(looks > 100)
        #expect(bench.moveUntilError(steps: 3) == nil)
        bench.leave(after: nil)
    }

    @Test("What lets a robot move again counts once: said a second time it does nothing")
    func replay() throws {
        let bench = try RobotBench(.realtime)
        let scratch = try Scratch()
        let directory = try SessionDirectory(
            creating: URL(fileURLWithPath: scratch.path("session")))
        let server = try OperatorServer(
            in: directory.url.path, desk: bench.desk, robot: bench.description)
        defer { server.finish() }
        try bench.begin()
        let socket = try LocalSocket.connect(
            directory.url.appendingPathComponent(OperatorServer.name).path)
        func say(_ bytes: [UInt8]) throws -> OperatorAnswer {
            try socket.send(bytes)
            let reply = try #require(try socket.receive(timeout: .seconds(10)))
            return try JSONDecoder().decode(OperatorAnswer.self, from: Data(reply))
        }
        func say(_ act: OperatorMessage.Act, _ nonce: String? = nil) throws -> OperatorAnswer {
            try say(Array(try JSONEncoder().encode(OperatorMessage(act: act, nonce: nonce))))
        }
        func hold() throws {
            #expect(try say(.hold).isDone)
            guard case .held? = bench.moveUntilError(steps: 3) else {
                Issue.record("it is not held")
                return
            }
            SystemClock().sleep(for: .milliseconds(400))
        }
        try hold()
        for nonce in [nil, "", "0123456789abcdef"] {
            let answer = try say(.start, nonce)
            #expect(!answer.isDone && answer.text.contains("nothing was done"), "\(answer.text)")
        }
        let recorded = Array(
            try JSONEncoder().encode(
                OperatorMessage(act: .start, nonce: try say(.status).nonce)))
        let first = try say(recorded)
        #expect(first.isDone, "\(first.text)")
        try bench.robot.awaitOperator(seconds: 5) { Issue.record("\($0)") }
        try hold()
        let second = try say(recorded)
        #expect(!second.isDone && second.text.contains("nothing was done"), "\(second.text)")
        #expect(second.state == "held", "\(second.state)")
        let fresh = try say(.start, try say(.status).nonce)
        #expect(fresh.isDone, "\(fresh.text)")
        try bench.robot.awaitOperator(seconds: 5) { Issue.record("\($0)") }
        #expect(bench.moveUntilError(steps: 3) == nil)
        bench.leave(after: nil)
    }

    @Test(
        "Who asks while the learner keeps the robot standing is told so; a refusal names the state")
    func standing() throws {
        let scratch = try Scratch()
        let directory = try SessionDirectory(
            creating: URL(fileURLWithPath: scratch.path("session")))
        let bench = try RobotBench(.realtime)
        let server = try OperatorServer(
            in: directory.url.path, desk: bench.desk, robot: bench.description)
        defer { server.finish() }
        func say(_ act: OperatorMessage.Act, _ nonce: String? = nil) throws -> OperatorAnswer {
            let socket = try LocalSocket.connect(
                directory.url.appendingPathComponent(OperatorServer.name).path)
            try socket.send(
                Array(try JSONEncoder().encode(OperatorMessage(act: act, nonce: nonce))))
            let reply = try #require(try socket.receive(timeout: .seconds(10)))
            return try JSONDecoder().decode(OperatorAnswer.self, from: Data(reply))
        }
        try bench.begin()
        let refused = try say(.recover, try say(.status).nonce)
        #expect(!refused.isDone && refused.text.contains("the robot is"), "\(refused.text)")
        #expect(try say(.stop).isDone)
        _ = bench.moveUntilError(steps: 3)
        let status = try say(.status)
        #expect(
            status.text.contains("hone ack \(directory.url.path) 8, then hone start"),
            "\(status.text)")
        bench.leave(after: nil)
        // As in lockstep while updates are made: connected, and nobody ticks.
        bench.desk.setConnected(true)
        bench.desk.updatesDue = 7
        let standing = try say(.hold)
        #expect(!standing.isDone && standing.text.contains("makes 7 updates"), "\(standing.text)")
        #expect(try say(.status).text.contains("makes 7 updates"))
    }

    @Test("A nonce is good once, for 30 s, and only the newest eight are")
    func nonces() {
        var nonces = OperatorNonces()
        let now = MonotonicTime(nanoseconds: 5_000_000_000)
        let first = nonces.issue(for: 7, at: now)
        #expect(first.count == 16 && nonces.issue(for: 7, at: now) != first)
        #expect(nonces.redeem(first, at: now + OperatorNonces.lifetime) == 7)
        #expect(nonces.redeem(first, at: now) == nil)
        #expect(nonces.redeem(nil, at: now) == nil)
        let late = nonces.issue(for: 8, at: now)
        let after = (now + OperatorNonces.lifetime).advanced(byNanoseconds: 1)
        #expect(nonces.redeem(late, at: after) == nil)
        #expect(nonces.redeem(late, at: now) == nil, "asked for too late, it is gone")
        let all = (0..<9 as Range<UInt32>).map { nonces.issue(for: $0, at: now) }
        #expect(nonces.redeem(all[0], at: now) == nil && nonces.redeem(all[1], at: now) == 1)
    }

    @Test("Stops a running session from the command line, acknowledges, starts, and it goes on")
    func commandLine() throws {
        let project = try OwnProject()
        let scratch = project.scratch
        try project.allowBusyMachine()
        let folder = scratch.path("session")
        let running = try HoneProgram.Running(
            [
                "record", "demo-realtime", "--episodes", "1000", "--attended", "--directory",
                folder,
            ], in: scratch.folder)
        func hone(_ arguments: String...) throws -> HoneProgram.Outcome {
            try HoneProgram.run(arguments, in: scratch.folder)
        }
        func wait(for word: String) throws { try waitFor(word, in: folder) }
        try wait(for: "active")
        #expect(try hone("ack", folder, "8").code == 69)
        #expect(try hone("stop", folder).code == 0)
        try wait(for: "stopped, cause 8: a person asked for a stop")
        SystemClock().sleep(for: .milliseconds(1200))
        let wrong = try hone("ack", folder, "7")
        #expect(wrong.code == 69 && wrong.errors.contains("not the cause"), "\(wrong.errors)")
        #expect(try hone("start", folder).code == 69)
        #expect(try hone("ack", folder, "8").code == 0)
        try wait(for: "ready")
        let started = try hone("start", folder)
        #expect(started.code == 0 && started.output.hasPrefix("active"), "\(started.errors)")
        try HoneProgram.wait(for: "the aborted episode") {
            ((try? FinishedSession(folder).log.episodes.count) ?? 0) >= 1
        }
        try wait(for: "active")
        running.interrupt()
        let outcome = try running.finish(within: .seconds(60))
        #expect(outcome.code == 130, "\(outcome.errors)")
        #expect(outcome.errors.contains("hone ack"), "\(outcome.errors)")
        let session = FinishedSession(folder)
        let report = try session.report
        #expect(report.stops == 1 && report.ended == "stopped by the operator")
        #expect(report.events.contains { $0.kind == .stop && $0.cause.contains("cause 8") })
        let (episodes, log) = try session.log
        #expect(log.isClean && episodes.contains { $0.outcome == .aborted })
        #expect(try hone("status", folder).code == 69, "it does not run any more")
        #expect(!FileManager.default.fileExists(atPath: folder + "/control"))
        expectLeftAtRest(try session.robotsLastWord("bridge-lab"))
    }

    @Test("Nobody there: a stop ends the session with its report, as it always did")
    func nobody() throws {
        let scratch = try Scratch()
        let folder = scratch.path("session")
        let running = try HoneProgram.Running(
            ["record", "demo-realtime", "--episodes", "1000", "--quiet", "--directory", folder])
        try waitFor("active", in: folder)
        #expect(try HoneProgram.run(["stop", folder]).code == 0)
        let outcome = try running.finish(within: .seconds(30))
        #expect(outcome.code == 70, "\(outcome.errors)")
        #expect(outcome.errors.contains("cause 8: a person asked for a stop"))
        let report = try FinishedSession(folder).report
        #expect(report.stops == 1 && report.ended.contains("cause 8"))
    }
}
