import Bridge
import Configuration
import Control
import Embodiment
import Platform
import Simulation
import Testing

@testable import Driving
@testable import TestSupport

/// A lockstep robot outlives whoever commanded it, and stands where that one has left it.
@Suite("A lockstep robot that was left away from home", .byTheWallClock)
struct LeftAwayTests {
    private func start(_ episode: UInt32) -> SceneStart {
        SceneStart(episode: episode, seed: 1, purpose: .training, wantsOperator: false)
    }

    /// The next agent of the same robot.
    private func successor(of bench: RobotBench, session: UInt64) throws -> LockstepRobot {
        LockstepRobot(
            description: bench.description, client: try BridgeClient(address: bench.server.address),
            session: session,
            patience: BridgePatience(
                connect: .seconds(10), reset: .seconds(10), silence: .seconds(5)),
            interrupt: bench.interrupt)
    }

    @Test("Is driven home before its first reset", arguments: [true, false])
    func home(isStopped: Bool) throws {
        let bench = try RobotBench(.lockstep)
        try bench.begin()
        let axes = bench.description.axes.count
        try bench.move(steps: 8) { _ in
            var action = Action(count: axes)
            (action[0], action[1]) = (1, -1)
            return action
        }
        if isStopped { bench.robot.stop(reason: "the session ends here") }
        bench.robot.close()

        let next = try successor(of: bench, session: 12)
        try next.connect()
        try next.home()
        let sample = try next.reset(start(0))
        #expect(sample.episode == 0 && sample.stop == .none)
        #expect(next.counters.ticks > 10, "it drove there, through the guardian")
        // And from there as always.
        try next.home()
        #expect(try next.reset(start(1)).episode == 1)
        next.close()

        // One that finds it at home asks for nothing else.
        let third = try successor(of: bench, session: 13)
        try third.connect()
        try third.home()
        #expect(try third.reset(start(0)).episode == 0)
        #expect(third.counters.ticks == 0)
        third.close()
        bench.end()
        #expect(bench.server.statistics.violations == 0)
        #expect(bench.server.drive.stop == .disabled)
    }
}
