import Platform
import Testing

@testable import Agent

@Suite("The process and its clocks")
struct ProcessWatchTests {
    @Test("Memory is told once, held for near its end, and again for every tenth a person takes on")
    func memory() {
        var budget = MemoryBudget(mebibytes: 1000)
        func judge(_ mebibytes: UInt64) -> MemoryBudget.Finding {
            budget.judge(mebibytes << 20)
        }
        // 0: nobody could say.
        #expect(judge(0) == .nothing && judge(699) == .nothing)
        #expect(judge(701) == .warn)
        #expect(judge(702) == .nothing && judge(600) == .nothing && judge(899) == .nothing)
        #expect(judge(901) == .hold)
        #expect(judge(902) == .nothing && judge(999) == .nothing)
        #expect(judge(1001) == .hold && judge(1002) == .nothing)
        // Two tenths at once are one hold.
        #expect(judge(1250) == .hold && judge(1290) == .nothing && judge(1301) == .hold)
        var other = MemoryBudget(mebibytes: 1000)
        #expect(other.judge(950 << 20) == .hold)
        #expect(other.judge(750 << 20) == .nothing, "who was held knows")
        #expect(budget.line(for: 910 << 20).contains("910 MiB of memory, 91 % of the 1000 MiB"))
        #expect(MemoryBudget(mebibytes: nil, machine: 4 << 30).bytes == 3 << 30)
    }

    @Test("A time of day that is set is a step, one that a time server turns is none")
    func wallClock() {
        var offset = WallClockOffset()
        let hour: Int64 = 3_600_000_000_000
        #expect(offset.take(5 * hour) == .first)
        #expect(offset.take(6 * hour) == .step(hour))
        #expect(offset.take(5 * hour) == .step(-hour))
        for turn in 1...10_000 as ClosedRange<Int64> {
            #expect(offset.take(5 * hour + turn * 1_000_000) == .nothing)
        }
        #expect(offset.take(5 * hour + 10_000_000_000 + 500_000_000) == .step(500_000_000))
    }
}
