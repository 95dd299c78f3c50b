import Bridge
import Configuration
import Control
import Embodiment
import Platform
import Simulation
import Synchronization
import Testing

@testable import Driving
@testable import TestSupport

/// A bridge that sends more than it described, and a lock that is held for long.
@Suite("A bridge that floods")
struct FloodTests {
    private func at(_ seconds: Double) -> MonotonicTime {
        MonotonicTime(nanoseconds: UInt64(seconds * 1e9))
    }

    @Test("Twice the rate for two seconds is a flood; what waited in queues is none")
    func watch() {
        var watch = FloodWatch(rateHz: 100)
        func run(_ hertz: Double, from begin: Double, seconds: Double) -> Double {
            var most = 0.0
            for tick in 0..<Int(seconds * 1000) {
                let count =
                    (Double(tick + 1) * hertz / 1000).rounded(.down)
                    - (Double(tick) * hertz / 1000).rounded(.down)
                _ = watch.take(UInt64(count), at: at(begin + Double(tick) / 1000))
                most = max(most, watch.floodHz)
            }
            return most
        }
        #expect(run(100, from: 0, seconds: 5) == 0 && !watch.isSpent)
        #expect(run(190, from: 5, seconds: 5) == 0)
        #expect(run(100, from: 10, seconds: 0.5) == 0)
        // The backlog of nine seconds, all at once.
        _ = watch.take(900, at: at(10.5))
        #expect(watch.isSpent && watch.floodHz == 0)
        #expect(run(100, from: 10.5, seconds: 5) == 0 && !watch.isSpent)
        let found = run(40_000, from: 15.5, seconds: 3.2)
        #expect(abs(found / 40_000 - 1) < 0.01, "\(found)")
        let present = watch.presentHz(at: at(18.7))
        #expect(abs(present / 40_000 - 1) < 0.05, "\(present)")
        #expect(watch.isSpent && watch.words.hasSuffix(" Hz where 100 Hz were described"))
        _ = run(100, from: 18.7, seconds: 3)
        #expect(watch.floodHz == 0 && !watch.isSpent, "it is over")
    }

    @Test(
        "The robot is stopped, and the cause says how many samples came",
        .byTheWallClock)
    func stopped() throws {
        var faults = SimulationFaults()
        faults.floodAfterTicks = 200
        let bench = try RobotBench(.realtime, faults: faults)
        var found: RobotError?
        do throws(RobotError) { try bench.begin() } catch { found = error }
        let error = try #require(found ?? bench.moveUntilError(steps: 60))
        #expect(error.stopCause == .sampleFlood, "\(error)")
        #expect("\(error)".contains("limit 100 Hz"), "\(error)")
        let counters = bench.robot.counters
        #expect(counters.lost == 0, "the tick has taken what came, or what says as much")
        #expect(
            counters.overtaken > 5_000 && counters.messages > counters.overtaken, "\(counters)")
        if let complaint = bench.robot.takeComplaint() {
            #expect("\(complaint)".contains("where 100 Hz were described"), "\(complaint)")
        }
        bench.leave(after: error)
    }

    @Test(
        "The bridge thread rests between two looks once it has had more than it may",
        .byTheWallClock)
    func rests() throws {
        let robot = try RobotFile.read("sim-widowx", in: Project(root: HoneProgram.root))
        let scratch = try Scratch()
        var faults = SimulationFaults()
        faults.floodAfterTicks = 0
        let server = try SimulationServer(
            SimulationOptions(
                endpoint: "ipc://\(scratch.path("robot"))", isLockstep: false, faults: faults))
        let isOver = Flag()
        let bridge = try HoneThread.start(name: "robot") {
            _ = try? server.run { isOver.value.load(ordering: .relaxed) }
        }
        defer {
            isOver.value.store(true, ordering: .relaxed)
            bridge.join()
        }
        let link = try BridgeLink(
            client: try BridgeClient(address: server.address), robot: robot,
            patience: BridgePatience(
                connect: .seconds(10), reset: .seconds(10), silence: .seconds(3)))
        try link.connect(session: 7, epoch: 1) { false }
        var most = 0.0
        for _ in 0..<12 {
            SystemClock().sleep(for: .milliseconds(50))
            most = max(most, link.budget.overdrawnHz)
        }
        link.finish(session: 7, epoch: 1)
        #expect(most > 400, "\(most) Hz where 100 Hz were described")
        #expect(link.budget.rests > 50, "\(link.budget.rests) rests in 0.6 s")
    }

    private final class Flag: Sendable { let value = Atomic<Bool>(false) }

    @Test(
        "Commands go out while somebody else holds the lock of what is to be done", .byTheWallClock)
    func heldLock() throws {
        let robot = try RobotFile.read("sim-widowx", in: Project(root: HoneProgram.root))
        let scratch = try Scratch()
        let bridge = try PlainBridge(
            robot, at: "ipc://\(scratch.path("robot"))", isLockstep: false)
        defer { bridge.end() }
        let link = try BridgeLink(
            client: try BridgeClient(address: bridge.address), robot: robot,
            patience: BridgePatience(
                connect: .seconds(10), reset: .seconds(10), silence: .seconds(3)))
        try link.connect(session: 7, epoch: 1) { false }
        defer { link.finish(session: 7, epoch: 1) }
        var command = Command(axes: robot.axes.count)
        (command.session, command.epoch, command.validityMicroseconds) = (7, 1, 500_000)
        for (index, axis) in robot.axes.enumerated() { command.position[index] = axis.home }
        let clock = SystemClock()
        func send(_ count: Int) {
            for _ in 0..<count {
                command.sequence += 1
                command.sendNanoseconds = clock.now.nanoseconds
                link.send(command)
                clock.sleep(for: .milliseconds(10))
            }
        }
        send(5)
        let before = bridge.seen.commands
        let during = link.errand.withLock { _ in
            send(20)
            return bridge.seen.commands
        }
        #expect(during - before >= 15, "\(during - before) of 20 commands came through")
    }
}
