import Configuration
import Control
import Embodiment
import Experience
import Platform
import Simulation
import Synchronization
import Testing

@testable import Agent

@Suite("Tally of verdicts", .byTheWallClock)
struct VerdictTallyTests {
    /// What the tick's thread reports.
    private final class Seen: Sendable { let tally = Mutex(VerdictTally()) }

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
        let seen = Seen()
        bench.robot.onTick = { report in
            seen.tally.withLock { $0.note(TickRecord(report)) }
        }
        var found: RobotError?
        do throws(RobotError) { try bench.begin() } catch { found = error }
        let error = try #require(found ?? bench.moveUntilError())
        #expect(error.stopCause == .operatorStop, "\(error)")
        try bench.robot.awaitOperator(seconds: 30) { Issue.record("\($0)") }
        try bench.robot.home()
        bench.leave(after: nil)
        let counters = bench.robot.counters
        let tally = seen.tally.withLock { $0 }
        #expect(counters.stops == 1)
        #expect(tally.holds == counters.holds && tally.stops == counters.stops)
    }

    @Test("A hold and a stop are counted where they begin, and anew in each epoch")
    func beginnings() {
        var tally = VerdictTally()
        var command: UInt64 = 0
        func note(_ causes: [StopCause]) {
            for cause in causes {
                command += 1
                let none = AxisVector(count: 0)
                tally.note(
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
}
