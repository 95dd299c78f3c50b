import Bridge
import Configuration
import Control
import Embodiment
import Foundation
import Platform
import Synchronization
import Testing

@testable import Driving
@testable import TestSupport

@Suite("An operator among programs that flood", .byTheWallClock)
struct OperatorFloodTests {
    private let scratch: Scratch
    private let desk = OperatorDesk()
    private let server: OperatorServer
    private let path: String

    init() throws {
        let scratch = try Scratch()
        self.scratch = scratch
        server = try OperatorServer(
            in: scratch.folder, desk: desk,
            robot: try RobotFile.read("sim-widowx", in: Project(root: HoneProgram.root)))
        path = scratch.folder + "/" + OperatorServer.name
        desk.setConnected(true)
    }

    /// What the robot's thread was asked, in its order.
    private final class Ticks: Sendable {
        let isOver = Atomic<Bool>(false)
        let acts = Guarded<[SafetyRequest]>([])
    }

    /// A thread that ticks at 100 Hz, until `over`.
    private func tick(_ ticks: Ticks) throws -> HoneThread {
        try HoneThread.start(name: "ticks") { [desk] in
            let clock = SystemClock()
            var state = OperatorDesk.State()
            while !ticks.isOver.load(ordering: .relaxed) {
                while let request = desk.next(at: clock.now) {
                    ticks.acts.withLock { $0.append(request.act) }
                    state.enter(.accepted, to: request.number)
                }
                desk.publish(state)
                clock.sleep(for: .milliseconds(10))
            }
        }
    }

    private func say(_ act: OperatorMessage.Act, to socket: LocalSocket) throws {
        try socket.send(Array(try JSONEncoder().encode(OperatorMessage(act: act))))
    }

    private func answer(from socket: LocalSocket) throws -> OperatorAnswer {
        let bytes = try #require(try socket.receive(timeout: .seconds(5)))
        return try JSONDecoder().decode(OperatorAnswer.self, from: Data(bytes))
    }

    @Test(
        "A stop is answered beside programs that ask without end, never read, or hold every connection",
        arguments: ["talks", "asks", "connects", "idles"])
    func flood(kind: String) throws {
        defer { server.finish() }
        let ticks = Ticks()
        let thread = try tick(ticks)
        defer {
            ticks.isOver.store(true, ordering: .relaxed)
            thread.join()
        }
        let attackers = try (0..<2).map { _ in
            try ChildProcess.spawn(
                executable: HoneProgram.benchPath, arguments: ["stop-attack", path, kind])
        }
        defer {
            for attacker in attackers {
                attacker.kill()
                _ = attacker.wait()
            }
        }
        let clock = SystemClock()
        clock.sleep(for: .milliseconds(300))
        for _ in 0..<20 {
            let began = clock.now
            var isAnswered = false
            // As `hone stop` does where it was let go among many.
            while !isAnswered, clock.now - began < .seconds(3) {
                guard let socket = try? LocalSocket.connect(path),
                    (try? say(.stop, to: socket)) != nil
                else { continue }
                if let found = try? answer(from: socket) { isAnswered = found.isDone }
            }
            #expect(isAnswered && clock.now - began < .seconds(2))
        }
        for attacker in attackers { #expect(attacker.isRunning) }
        // The end of the session waits for none of them.
        let began = clock.now
        server.finish()
        #expect(clock.now - began < .seconds(1))
    }

    @Test("A stop finds room and is done where others' requests lie on the desk and nobody ticks")
    func room() throws {
        defer { server.finish() }
        let busy = try LocalSocket.connect(path)
        for _ in 0..<30 { try say(.hold, to: busy) }
        SystemClock().sleep(for: .milliseconds(50))
        let person = try LocalSocket.connect(path)
        let clock = SystemClock()
        let began = clock.now
        try say(.stop, to: person)
        let late = try answer(from: person)
        #expect(late.isDone && late.text.contains("takes effect before anything does"))
        #expect(clock.now - began < .seconds(2))
        let ticks = Ticks()
        let thread = try tick(ticks)
        clock.sleep(for: .milliseconds(50))
        ticks.isOver.store(true, ordering: .relaxed)
        thread.join()
        // Holds that came too late mean nothing any more; a stop always does.
        #expect(ticks.acts.withLock { $0 } == [.stop])
    }

    @Test("Requests of several are each answered with what became of their own")
    func answers() throws {
        defer { server.finish() }
        let sockets = try (0..<6).map { _ in try LocalSocket.connect(path) }
        for (index, socket) in sockets.enumerated() {
            try say(index % 2 == 0 ? .hold : .stop, to: socket)
        }
        SystemClock().sleep(for: .milliseconds(50))
        var state = OperatorDesk.State()
        let clock = SystemClock()
        while let request = desk.next(at: clock.now) {
            state.enter(request.act == .hold ? .wrongState : .accepted, to: request.number)
        }
        desk.publish(state)
        for (index, socket) in sockets.enumerated() {
            let isDone = try answer(from: socket).isDone
            #expect(isDone == (index % 2 == 1), "\(index)")
        }
    }

    @Test("One that asks for the state again and again uses up its own numbers and nobody else's")
    func numbers() {
        var nonces = OperatorNonces()
        let now = MonotonicTime(nanoseconds: 5_000_000_000)
        let person = nonces.issue(for: 7, at: now, to: 1)
        for _ in 0..<1000 { _ = nonces.issue(for: 7, at: now, to: 2) }
        #expect(nonces.redeem(person, at: now) == 7)
    }
}
