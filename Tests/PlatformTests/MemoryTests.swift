import Glibc
import Platform
import Testing

@Suite("Memory and the time of day")
struct MemoryTests {
    @Test(
        "What a process has in memory is more by what it touches, and never more than the most it had"
    )
    func resident() throws {
        let bytes = 64 << 20
        let before = Memory.residentBytes
        let block = try #require(malloc(bytes))
        memset(block, 1, bytes)
        let after = Memory.residentBytes
        // Other tests give back and take meanwhile.
        #expect(before > 1 << 20 && after > before + UInt64(bytes / 2), "\(before) \(after)")
        #expect(Memory.residentBytes(of: getpid()) > UInt64(bytes / 2))
        free(block)
        #expect(Memory.residentBytes < Memory.machineBytes)
        #expect(Memory.residentBytes(of: Int32.max) == 0, "nobody")
    }

    @Test("The time of day is this machine's")
    func wallClock() {
        let seconds = Int(WallClock.nanoseconds / 1_000_000_000)
        #expect(abs(seconds - time(nil)) <= 2)
    }
}
