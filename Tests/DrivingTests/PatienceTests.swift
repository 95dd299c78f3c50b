import Configuration
import Control
import Embodiment
import Platform
import Synchronization
import Testing

@testable import Driving
@testable import TestSupport

/// What a policy that answers late, never or not any more does to whoever asks it.
@Suite("The policy loop's patience", .serialized)
struct PatienceTests {
    private func makeLoop(
        _ policy: RemotePolicy, _ robot: RobotDescription, clock: any Platform.Clock,
        patience: Duration = .seconds(2)
    ) -> PolicyLoop {
        let calibration = Calibration(
            serial: "none", robot: robot.name, date: "", tool: "", axisOffsets: [:],
            featureOffsets: [:])
        return PolicyLoop(
            robot: robot, calibration: calibration, policy: policy, seed: 3, patience: patience,
            wall: clock)
    }

    private func question(
        _ robot: RobotDescription, _ driver: Driver = .guided
    ) -> DecisionQuestion {
        DecisionQuestion(
            course: 1, step: 0, driver: driver, number: 0,
            sample: SensorSample(axes: robot.axes.count, features: robot.features.count),
            observed: .zero, tick: 0)
    }

    private func makeRobot() throws -> RobotDescription { try RobotBench(.lockstep).description }

    @Test("In place, an answer that comes later is waited for; guided ones have all candidates")
    func late() throws {
        let (robot, clock) = (try makeRobot(), VirtualClock())
        let policy = RemotePolicy(axes: robot.axes.count, clock: clock) { _ in
            .answers(after: .milliseconds(1900))
        }
        let loop = makeLoop(policy, robot, clock: clock)
        let chunk = try loop.answer(question(robot), on: VirtualClock())
        #expect(chunk.decision.version == 1 && chunk.decision.nanoseconds == 0)
        _ = try loop.answer(question(robot, .imitation), on: VirtualClock())
        #expect(policy.counts == [8, 1] && loop.loss == nil)
        #expect(loop.latency.count == 2 && loop.latency.minimum >= 1_900_000_000)
    }

    @Test("In place, what came too late is asked again, and counts no more once there is an answer")
    func again() throws {
        let (robot, clock) = (try makeRobot(), VirtualClock())
        let policy = RemotePolicy(axes: robot.axes.count, clock: clock) { number in
            switch number % 3 {
            case 0: .answers(after: .seconds(3))
            case 1: .misses
            default: .answers(after: .zero)
            }
        }
        let loop = makeLoop(policy, robot, clock: clock)
        for _ in 0..<3 { _ = try loop.answer(question(robot), on: VirtualClock()) }
        #expect(policy.asked.load(ordering: .relaxed) == 9 && loop.loss == nil)
    }

    @Test("In place, one that never answers is lost after its patience; one that dies, at once")
    func never() throws {
        let (robot, clock) = (try makeRobot(), VirtualClock())
        let silent = RemotePolicy(axes: robot.axes.count, clock: clock) { _ in .never }
        #expect(throws: RobotError.self) {
            try makeLoop(silent, robot, clock: clock).answer(question(robot), on: VirtualClock())
        }
        #expect(silent.asked.load(ordering: .relaxed) == PolicyLoop.mostMisses)
        #expect(abs(clock.now.seconds(since: .zero) - 6) < 0.01)

        let dead = RemotePolicy(axes: robot.axes.count, clock: clock) { _ in .dies }
        let loop = makeLoop(dead, robot, clock: clock)
        #expect(throws: RobotError.self) {
            try loop.answer(question(robot), on: VirtualClock())
        }
        #expect(dead.asked.load(ordering: .relaxed) == 1)
        #expect(loop.loss?.contains("its process ended") == true)
    }

    @Test("A decision carries the version that it began with, whatever was loaded meanwhile")
    func pinned() throws {
        let (robot, clock) = (try makeRobot(), VirtualClock())
        let policy = RemotePolicy(axes: robot.axes.count, clock: clock) { _ in
            .answers(after: .seconds(1))
        }
        let loop = makeLoop(policy, robot, clock: clock)
        loop.beforeDecision = { policy.loaded.add(1, ordering: .relaxed) }
        #expect(try loop.answer(question(robot), on: VirtualClock()).decision.version == 2)
        #expect(try loop.answer(question(robot), on: VirtualClock()).decision.version == 3)
    }

    @Test(
        "By the wall clock a policy that dies or never answers ends the episode, and its thread ends",
        arguments: [true, false])
    func lost(dies: Bool) throws {
        let bench = try RobotBench(.realtime)
        try bench.begin()
        let policy = RemotePolicy(axes: bench.description.axes.count, clock: SystemClock()) {
            $0 < 2 ? .answers(after: .milliseconds(30)) : dies ? .dies : .never
        }
        let loop = makeLoop(
            policy, bench.description, clock: SystemClock(), patience: .milliseconds(200))
        try bench.robot.follow(
            Course(driver: .guided, firstDecision: 0, steps: 100), with: loop)
        for _ in 0..<2 { #expect(try bench.robot.nextStep().origin.policyVersion == 1) }
        let clock = SystemClock()
        let begun = clock.now
        #expect(throws: RobotError.self) { try bench.robot.nextStep() }
        #expect(clock.now.seconds(since: begun) < 3)
        #expect(loop.loss != nil)
        bench.robot.endCourse()
        loop.rest()
        bench.leave(after: nil)
        #expect(clock.now.seconds(since: begun) < 6)
    }

    @Test("The loop's thread ends at once, however long an answer is waited for")
    func ends() throws {
        let bench = try RobotBench(.realtime)
        try bench.begin()
        let policy = RemotePolicy(axes: bench.description.axes.count, clock: SystemClock()) { _ in
            .never
        }
        let loop = makeLoop(policy, bench.description, clock: SystemClock(), patience: .seconds(60))
        try bench.robot.follow(
            Course(driver: .guided, firstDecision: 0, steps: 100), with: loop)
        let clock = SystemClock()
        while policy.asked.load(ordering: .relaxed) == 0 { clock.sleep(for: .milliseconds(1)) }
        let begun = clock.now
        loop.finish()
        #expect(clock.now.seconds(since: begun) < 2)
        bench.leave(after: nil)
    }
}
