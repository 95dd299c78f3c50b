import Configuration
import Control
import Embodiment
import Experience
import Platform
import Simulation
import Testing

@testable import Agent
@testable import Driving
@testable import Learning
@testable import Report
@testable import TestSupport

@Suite("What ticks come to", .byTheWallClock)
struct TickCountsTests {
    @Test("Counts from the ticks what the guardian counted when it happened")
    func asTheGuardian() throws {
        var faults = SimulationFaults()
        // A person at the bridge stops it, looks, and starts it again.
        faults.presses = [(300..<310, .stop)]
        for tick in stride(from: UInt64(500), to: 4000, by: 100) {
            faults.presses.append((tick..<tick + 5, .acknowledge))
            faults.presses.append((tick + 50..<tick + 55, .start))
        }
        let bench = try RobotBench(.realtime, faults: faults)
        let counter = TickCounter(period: bench.description.tickSeconds)
        bench.robot.onTick = { counter.accept(TickRecord($0)) }
        var found: RobotError?
        do throws(RobotError) { try bench.begin() } catch { found = error }
        let error = try #require(found ?? bench.moveUntilError())
        #expect(error.stopCause == .operatorStop, "\(error)")
        try bench.robot.awaitOperator(seconds: 30) { Issue.record("\($0)") }
        try bench.robot.home()
        bench.leave(after: nil)
        let counters = bench.robot.counters
        let counts = counter.read()
        #expect(counters.stops == 1)
        #expect(counts.holds == counters.holds && counts.stops == counters.stops)
        #expect(counts.ticks == Int(counters.ticks) && counter.lateness.count == counters.ticks)
    }

    @Test("A hold and a stop are counted where they begin, and anew in each epoch")
    func beginnings() {
        var tally = TickCounts(period: 0.01)
        var command: UInt64 = 0
        func note(_ causes: [StopCause]) {
            for cause in causes {
                command += 1
                let none = AxisVector(count: 0)
                tally.accept(
                    TickRecord(
                        command: command, sample: 0, episode: 0, verdict: UInt32(cause.rawValue),
                        latenessNanoseconds: 0, commanded: none, measured: none))
            }
        }
        note([.none, .tickLate, .holdRequested, .none, .chatter])
        #expect(tally.holds == 2 && tally.stops == 0)
        // A hold that becomes a stop, and a stop that becomes a fault.
        note([.holdTooLong, .clockRegression])
        #expect(tally.holds == 2 && tally.stops == 1)
        command = 0
        note([.tracking])
        #expect(tally.holds == 2 && tally.stops == 2)
        command = 0
        note([.tickLate])
        #expect(tally.holds == 3 && tally.stops == 2)
    }

    @Test("A tick is late from half a period on")
    func lateness() {
        var counts = TickCounts(period: 0.01)
        let none = AxisVector(count: 0)
        for nanoseconds in [0, 5_000_000, 5_000_001, 30_000_000] as [UInt64] {
            counts.accept(
                TickRecord(
                    command: 1, sample: 0, episode: 0, verdict: 0,
                    latenessNanoseconds: nanoseconds, commanded: none, measured: none))
        }
        #expect(counts.ticks == 4 && counts.late == 2)
    }
}
