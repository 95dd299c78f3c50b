import Configuration
import Control
import Embodiment
import Platform
import Testing

@testable import Driving
@testable import TestSupport

/// What a decision that takes long does to a robot by the wall clock.
@Suite("Policy loop", .byTheWallClock, .serialized)
struct PolicyLoopTests {
    /// Steps of a policy whose decisions take so long, and how long each was, in ticks.
    private func steps(
        _ count: Int, deciding: Duration, bench: RobotBench
    ) throws -> (outcomes: [StepOutcome], lengths: [Double]) {
        let axes = bench.description.axes.count
        let outcomes = try bench.move(steps: count) { _ in
            SystemClock().sleep(for: deciding)
            var action = Action(count: axes)
            // It stands: whatever it met would end the task, and with it the course.
            action[6] = 1
            return action
        }
        let tick = bench.description.tickSeconds * 1e9
        let begun = outcomes.map { Double($0.begunNanoseconds) }
        return (outcomes, zip(begun, begun.dropFirst()).map { ($1 - $0) / tick })
    }

    @Test(
        "Steps are as long as they should be, within a tick, whatever of a step a decision takes",
        arguments: [0, 50, 150])
    func inTime(milliseconds: Int) throws {
        let bench = try RobotBench(.realtime)
        try bench.begin()
        let ticks = Double(bench.description.ticksPerStep)
        let (outcomes, lengths) = try steps(
            10, deciding: .milliseconds(milliseconds), bench: bench)
        #expect(outcomes.map(\.step) == Array(0..<10))
        #expect(lengths.allSatisfy { abs($0 - ticks) < 1 }, "\(lengths)")
        #expect(outcomes.allSatisfy { $0.waitedTicks == 0 })
        // The newest observation when it began: as old as the decision took, and a margin.
        for outcome in outcomes.dropFirst(2) {
            let asked = try #require(outcome.decision?.asked)
            let late = Double(asked.delayTicks) * bench.description.tickSeconds
            #expect(late <= Double(milliseconds) * 1e-3 + 0.06, "\(late)")
            #expect(asked.begunNanoseconds >= asked.observedNanoseconds)
            #expect(asked.begunNanoseconds < outcome.begunNanoseconds)
            #expect(asked.observation.count == bench.description.observation.count)
        }
        bench.leave(after: nil)
        // A command wakes the bridge thread: it does not wait for that one's next look.
        let delays = bench.robot.counters.commandDelays
        #expect(
            delays.count > 100 && delays.percentile(50) < 500_000, "\(delays.percentile(50)) ns")
    }

    @Test("A decision that takes two steps costs patience: the robot holds, and that is told")
    func late() throws {
        let bench = try RobotBench(.realtime)
        try bench.begin()
        let step = 1 / bench.description.policyRateHz
        let (outcomes, lengths) = try steps(6, deciding: .seconds(2 * step), bench: bench)
        // Asked at the beginning of the step before: it waits for one more, and is not stopped for it.
        #expect(lengths.allSatisfy { $0 >= 40 && $0 < 46 }, "\(lengths)")
        for outcome in outcomes.dropFirst() {
            #expect((19...26).contains(outcome.waitedTicks), "\(outcome.waitedTicks)")
        }
        #expect(bench.robot.counters.holds == 0 && bench.robot.counters.stops == 0)
        #expect(bench.robot.counters.lateTicks < 10)
        bench.leave(after: nil)
    }

    @Test(
        "A policy that rests decides nothing, and nothing is decided while it is given other weights"
    )
    func rests() throws {
        let bench = try RobotBench(.realtime)
        try bench.begin()
        let axes = bench.description.axes.count
        let policy = bench.policy { _ in Action(count: axes) }
        try bench.robot.follow(
            Course(driver: .guided, firstDecision: 0, steps: 100), with: policy)
        _ = try bench.robot.nextStep()
        policy.betweenDecisions { SystemClock().sleep(for: .milliseconds(500)) }
        _ = try bench.robot.nextStep()
        _ = try bench.robot.nextStep()
        #expect(try bench.robot.nextStep().waitedTicks < 20)
        try bench.robot.settle()
        policy.rest()
        bench.leave(after: nil)
    }
}

/// How early a decision is asked for.
@Suite("Decision lead")
struct DecisionLeadTests {
    @Test("As long as the slowest of the last ten, and two ticks")
    func lead() {
        var lead = DecisionLead()
        #expect(lead.ticks(tickSeconds: 0.01) == .max)
        lead.note(nanoseconds: 150_000_000)
        #expect(lead.ticks(tickSeconds: 0.01) == 17)
        for _ in 0..<9 { lead.note(nanoseconds: 1_000_000) }
        #expect(lead.ticks(tickSeconds: 0.01) == 17)
        lead.note(nanoseconds: 1_000_000)
        #expect(lead.ticks(tickSeconds: 0.01) == 3)
        lead.note(nanoseconds: 0)
        #expect(lead.ticks(tickSeconds: 0.001) == 3)
    }
}
