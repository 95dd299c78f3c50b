import Bridge
import Configuration
import Embodiment
import Experience
import Foundation
import Platform
import Synchronization
import Testing

@testable import Agent
@testable import Driving
@testable import Report
@testable import Simulation
@testable import TestSupport

/// Real sessions by the wall clock, killed with SIGKILL at any moment.
///
/// Two kills; more with `HONE_RING_KILLS=n`.
@Suite("Killed by the wall clock", .byTheWallClock)
struct KilledRecorderTests {
    private static let kills =
        Int(ProcessInfo.processInfo.environment["HONE_RING_KILLS"] ?? "") ?? 2

    /// A project whose real-time demo uses a robot that this process runs.
    private func project() throws -> OwnProject {
        let project = try OwnProject()
        try project.allowBusyMachine()
        try project.change("launch/demo-realtime.yaml", "simulation:", "bridge:")
        try project.change(
            "launch/demo-realtime.yaml",
            "  variant: field # evaluation and fine-tuning; demonstrations are always of the lab",
            "  connect_s: 20")
        try project.change(
            "launch/demo-realtime.yaml", "  noise: 1 # of the scripted demonstrator; 0 is perfect",
            "  endpoint: ipc://\(project.scratch.path("robot"))")
        return project
    }

    @Test("Whatever the robot acknowledged is in the log, each tick once, episodes whole")
    func acknowledged() throws {
        let seed = UInt64.random(in: 0...999_999)
        var random = UniformNumbers(state: seed)
        let project = try project()
        let scratch = project.scratch
        for kill in 0..<Self.kills {
            let comment = "seed \(seed), kill \(kill)"
            var options = SimulationOptions(
                endpoint: "ipc://\(scratch.path("robot"))", isLockstep: false, seed: 3)
            options.resetSeconds = 0.05
            let server = try SimulationServer(options)
            let isOver = Flag()
            let robot = try HoneThread.start(name: "robot") {
                _ = try? server.run { isOver.isSet }
            }
            let session = FinishedSession(scratch.path("session-\(kill)"))
            let running = try HoneProgram.Running(
                [
                    "record", "demo-realtime", "--episodes", "1000", "--quiet", "--directory",
                    session.folder, "--set", "task.max_episode_s=1",
                ], in: scratch.folder)
            try HoneProgram.wait(for: "an episode's ticks in the log") {
                let ticks = (try? session.ticks) ?? []
                return ticks.count { $0.origin?.driver == .operatorAction } > 20
            }
            SystemClock().sleep(for: .milliseconds(Int64(1500 * random.next())))
            running.child.kill()
            _ = running.child.wait()
            isOver.set()
            robot.join()
            let applied = server.appliedSequence
            #expect(applied > 20, "\(comment)")

            let recovered = try HoneProgram.run(["episodes", "recover", session.folder])
            #expect(recovered.code == 0, "\(comment): \(recovered.errors)")
            #expect(recovered.output.contains("session.ring"), "\(comment): \(recovered.output)")
            let commands = try session.ticks.map(\.command)
            let last = try #require(commands.max())
            #expect(
                last >= applied, "\(comment): the robot applied \(applied), the log ends at \(last)"
            )
            #expect(
                commands.sorted() == Array(1...last), "\(comment): none is missing, none is twice")
            let (episodes, log) = try session.log
            #expect(
                !log.issues.contains { issue in
                    switch issue {
                    case .damaged, .gap, .unreadableMessage: true
                    default: false
                    }
                }, "\(comment): \(log.issues)")
            #expect(Set(episodes.map(\.number)).count == episodes.count, "\(comment)")
            // Also of the episode in which it was killed: only the step under way may be missing.
            let period = 20  // ticks a policy step, by robots/sim-widowx.yaml
            let moved = try session.ticks.filter { $0.origin?.driver == .operatorAction }
            for (number, ticks) in Dictionary(grouping: moved, by: \.episode) {
                let steps = episodes.first { $0.number == number }?.transitions.count ?? 0
                #expect(steps >= ticks.count / period - 1, "\(comment): episode \(number)")
            }
            #expect(!moved.isEmpty, "\(comment)")
            let again = try HoneProgram.run(["episodes", "recover", session.folder])
            #expect(!again.output.contains(".ring"), "\(again.output)")
            #expect(try session.ticks.map(\.command) == commands, "\(comment)")
        }
    }

    @Test("What no commit had reached comes from the ring into the log, by the command line")
    func uncommitted() throws {
        let scratch = try Scratch()
        let folder = scratch.path("log")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let path = SessionLog.path(in: folder, part: 1)
        let sink = StuckSink()
        let recorder = Recorder(sink: sink, ringName: folder + "/session.ring")
        let lane = recorder.makeLane()
        try recorder.start()
        var taken: [UInt64] = []
        for number in 1...50 as ClosedRange<UInt64> {
            let isTaken = lane.record(
                .tick(
                    TickRecord(
                        command: number, sample: number, episode: 0, verdict: 0,
                        latenessNanoseconds: 0, commanded: AxisVector(count: 7),
                        measured: AxisVector(count: 7))),
                at: MonotonicTime(nanoseconds: number))
            if isTaken { taken.append(number) }
        }
        #expect(!taken.isEmpty)
        #expect(throws: LogError.self) { try recorder.close() }
        try Data().write(to: URL(fileURLWithPath: path))
        let ring = try Data(contentsOf: URL(fileURLWithPath: folder + "/session.ring"))
        try SharedMemory.remove(folder + "/session.ring")
        try ring.write(to: URL(fileURLWithPath: folder + "/session.ring"))
        let outcome = try HoneProgram.run(["episodes", "recover", scratch.folder, "--json"])
        #expect(outcome.code == 0, "\(outcome.errors)")
        let found = try JSONDecoder().decode(JSONValue.self, from: Data(outcome.output.utf8))
        guard case .object(let members) = found, case .array(let rings) = members["rings"] else {
            Issue.record("no rings in \(outcome.output)")
            return
        }
        #expect(rings.count == 1)
        #expect(try FinishedSession(scratch.folder).ticks.map(\.command) == taken)
    }
}

/// A disk that takes nothing.
private final class StuckSink: LogSink {
    let path = "stuck"
    func append(_ bytes: UnsafeRawBufferPointer) throws(LogError) { throw .closed(path: path) }
    func makeDurable() throws(LogError) {}
    func close() throws(LogError) {}
}

/// A flag between two threads.
private final class Flag: Sendable {
    private let value = Atomic<Bool>(false)
    var isSet: Bool { value.load(ordering: .relaxed) }
    func set() { value.store(true, ordering: .relaxed) }
}
