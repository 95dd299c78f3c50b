import CAllocations
import Configuration
import Control
import Embodiment
import Experience
import Foundation
import Platform
import Synchronization
import Testing

@testable import Agent
@testable import Driving
@testable import Report
@testable import TestSupport

/// What the path allocates while a robot moves, over a real socket and into a real log.
///
/// `HONE_TICKS` asks for another number of ticks; 100 are a second.
@Suite("Allocations of the path", .serialized)
struct TickAllocationTests {
    static let ticks =
        ProcessInfo.processInfo.environment["HONE_TICKS"].flatMap { Int($0) } ?? 240

    /// Counted on the thread that ticks, once a tick.
    private final class Tally: Sendable {
        let isCounting = Atomic<Bool>(false)
        let first = Atomic<Int64>(-1)
        let last = Atomic<Int64>(-1)
        let ticks = Atomic<Int>(0)

        func note() {
            guard isCounting.load(ordering: .relaxed) else { return }
            let count = hone_thread_allocation_count()
            if first.load(ordering: .relaxed) < 0 { first.store(count, ordering: .relaxed) }
            last.store(count, ordering: .relaxed)
            ticks.add(1, ordering: .relaxed)
        }

        /// Allocations between the first tick that was counted and the last.
        var made: Int64 { last.load(ordering: .relaxed) - first.load(ordering: .relaxed) }
    }

    /// Moves to and fro for so many ticks.
    private func move(_ bench: RobotBench, ticks: Int) throws {
        let axes = bench.description.axes.count
        try bench.move(steps: ticks / bench.description.ticksPerStep) { step in
            var action = Action(count: axes)
            action[1] = step / 3 % 2 == 0 ? 1 : -1
            return action
        }
    }

    @Test("The tick thread allocates nothing, from its sample to its command and its record")
    func realtime() throws {
        guard hone_thread_allocation_count() >= 0 else { return }
        let scratch = try Scratch()
        let recorder = try Recorder(creating: scratch.path("log.mcap"))
        let lane = recorder.makeLane()
        try recorder.start()
        let bench = try RobotBench(.realtime)
        let tally = Tally()
        bench.robot.onTick = { report in
            _ = lane.record(.tick(TickRecord(report)), at: report.time)
            tally.note()
        }
        try bench.begin()
        try move(bench, ticks: 40)
        tally.isCounting.store(true, ordering: .relaxed)
        try move(bench, ticks: Self.ticks)
        tally.isCounting.store(false, ordering: .relaxed)
        bench.leave(after: nil)
        try recorder.close()
        #expect(tally.made == 0, "in \(tally.ticks.load(ordering: .relaxed)) ticks")
        #expect(tally.ticks.load(ordering: .relaxed) > Self.ticks / 2)
        #expect(recorder.statistics.durableRecords > UInt64(Self.ticks / 2))
        #expect(lane.droppedTicks == 0)
    }

    @Test("Receiving a sample, ticking and sending the command allocate nothing on one thread")
    func lockstep() throws {
        guard hone_thread_allocation_count() >= 0 else { return }
        let bench = try RobotBench(.lockstep)
        let tally = Tally()
        bench.robot.onTick = { _ in tally.note() }
        try bench.begin()
        // The two chunks of each of libzmq's queues, which it uses in turn, hold 512 messages.
        try move(bench, ticks: 800)
        tally.isCounting.store(true, ordering: .relaxed)
        try move(bench, ticks: Self.ticks)
        tally.isCounting.store(false, ordering: .relaxed)
        bench.leave(after: nil)
        #expect(tally.ticks.load(ordering: .relaxed) >= Self.ticks)
        #expect(tally.made == 0)
    }
}
