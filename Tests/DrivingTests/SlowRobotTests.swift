import Bridge
import Embodiment
import Platform
import Simulation
import Testing

@testable import Driving
@testable import TestSupport

@Suite("Robots of few commands a second", .byTheWallClock)
struct SlowRobotTests {
    private static func action(_ step: Int) -> Action { Action([step % 2 == 0 ? 0.8 : 0.4, 0.5]) }

    @Test(
        "start, run, and brake by themselves in time when commands stop coming",
        arguments: [5, 10, 15, 20, 25] as [Double])
    func commandsStop(rate: Double) throws {
        let made = try MadeRobot(
            MadeRobot.description(
                axes: 2, features: 0, commandRateHz: rate, policyRateHz: rate / 5),
            isLockstep: false)
        defer { made.end() }
        try made.begin()
        let outcomes = try made.move(steps: 3, Self.action)
        #expect(outcomes.count == 3)
        #expect(made.robot.counters.stops == 0 && made.robot.counters.holds == 0)
        #expect(made.bridge.seen.brakes == 0, "braked while it was commanded")
        let moved = made.bridge.seen.position
        #expect(moved.contains { abs($0) > 0.01 }, "it did not move: \(moved)")

        made.proxy.set { $0.toBridge.isCut = true }
        let period = made.description.tickSeconds
        let validity = made.description.timing.commandValiditySeconds
        SystemClock().sleep(for: .seconds(validity + 2 * period + 0.1))
        let seen = made.bridge.seen
        #expect(seen.brakes == 1)
        // No period is moved in that the validity would not outlast; the bridge looks once a period.
        #expect(seen.longestWay <= validity + 0.02, "braked after \(seen.longestWay) s")
        #expect(seen.longestWay >= validity - 2 * period, "braked after \(seen.longestWay) s")
    }

    @Test(
        "are held in time when samples stop coming, and go on", arguments: [5, 10, 25] as [Double])
    func samplesStop(rate: Double) throws {
        let made = try MadeRobot(
            MadeRobot.description(axes: 2, features: 0, commandRateHz: rate, policyRateHz: rate),
            isLockstep: false)
        defer { made.end() }
        try made.begin()
        made.proxy.set { $0.toPeer.isCut = true }
        SystemClock().sleep(
            for: .seconds(made.description.timing.observationHoldSeconds + 2 / rate))
        made.proxy.set { $0.toPeer.isCut = false }
        try made.move(steps: 2, Self.action)
        #expect(made.robot.counters.holds == 1 && made.robot.counters.stops == 0)
    }

    @Test("whose bridge's watchdog acts sooner than three periods are told what it needs")
    func watchdog() throws {
        let scratch = try Scratch()
        let robot = MadeRobot.description(
            axes: 2, features: 0, commandRateHz: 10, policyRateHz: 10)
        let bridge = try PlainBridge(
            robot, at: "ipc://\(scratch.path("robot"))", isLockstep: false,
            watchdogMilliseconds: 100)
        defer { bridge.end() }
        let made = try RealtimeRobot(
            description: robot, client: try BridgeClient(address: bridge.address), session: 3,
            patience: BridgePatience(
                connect: .seconds(5), reset: .seconds(5), silence: .seconds(5)),
            interrupt: Interrupt(watchesSignals: false))
        defer { made.close() }
        let error = #expect(throws: RobotError.self) { try made.connect() }
        #expect(
            "\(try #require(error))".contains(
                "command validity: 300.0 ms in the file, the bridge's watchdog acts after 100.0 ms, "
                    + "and at 10.0 Hz it needs at least 300.0 ms, three command periods: raise the "
                    + "bridge's"))
    }
}
