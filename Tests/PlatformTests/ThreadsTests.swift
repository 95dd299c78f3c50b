import Foundation
import Glibc
import Synchronization
import Testing

@testable import Platform

@Suite("HoneThread")
struct HoneThreadTests {
    @Test(
        "runs its body whatever scheduling it asked for",
        arguments: [Scheduling.normal, .batch(nice: 5), .realtime(priority: 10)])
    func runs(scheduling: Scheduling) throws {
        let sum = Box()
        let thread = try HoneThread.start(name: "a-long-name-for-a-thread", scheduling: scheduling)
        {
            try? HoneThread.setCurrentAffinity(core: 0)
            sum.value.add(41, ordering: .relaxed)
        }
        thread.join()
        thread.join()
        #expect(sum.value.load(ordering: .relaxed) == 41)
        // A normal thread is always granted; FIFO depends on who runs this.
        if scheduling == .normal { #expect(thread.isGranted) }
        #expect(HoneThread.coreCount >= 1)
    }

    final class Box: Sendable { let value = Atomic<Int>(0) }

    @Test("Cores that are kept from sleeping are for as long as they are held", arguments: [0, 20])
    func awake(microseconds: Int32) throws {
        // What the kernel keeps to, of all who asked: µs, an Int32.
        func latency() throws(PlatformError) -> Int32 {
            var value: Int32 = 0
            let file = try FileDescriptor(opening: WakefulCores.path, .device)
            _ = try withUnsafeMutableBytes(of: &value) { bytes throws(PlatformError) in
                try file.read(into: bytes)
            }
            return value
        }
        guard access(WakefulCores.path, R_OK | W_OK) == 0 else {
            #expect(throws: PlatformError.self) {
                _ = try WakefulCores(wakingWithin: microseconds)
            }
            return
        }
        let before = try latency()
        let cores = try WakefulCores(wakingWithin: microseconds)
        #expect(try latency() <= microseconds)
        cores.release()
        #expect(try latency() <= before, "others may ask meanwhile")
        cores.release()
    }

    @Test("A thread that does not end is waited for as long as is said, then joined when it has")
    func joinWithin() throws {
        let isOver = Box()
        let clock = SystemClock()
        let thread = try HoneThread.start(name: "slow") {
            while isOver.value.load(ordering: .relaxed) == 0 {
                SystemClock().sleep(for: .milliseconds(1))
            }
        }
        let asked = clock.now
        #expect(!thread.join(within: .milliseconds(1200)))
        let waited = clock.now.seconds(since: asked)
        #expect(waited >= 1.2 && waited < 5, "\(waited) s")
        isOver.value.store(1, ordering: .relaxed)
        #expect(thread.join(within: .seconds(10)) && thread.join(within: .zero))
        thread.join()
    }

    @Test("refuses a core that does not exist")
    func noCore() throws {
        #expect(throws: PlatformError.self) { try HoneThread.setCurrentAffinity(core: 1023) }
        #expect(throws: PlatformError.self) { try HoneThread.setCurrentAffinity(core: -1) }
    }

    @Test(
        "the kernel's list of cores is read whole",
        arguments: [
            ("2-3\n", [2, 3]), ("1,5-7,9\n", [1, 5, 6, 7, 9]), ("0\n", [0]), ("\n", []), ("", []),
            ("3-1,x,-", []),
        ] as [(String, [Int])])
    func cores(list: String, cores: [Int]) {
        #expect(HoneThread.cores(of: Array(list.utf8)) == cores)
    }

    @Test("an isolated core that this process may not use is passed over for one that it may")
    func isolatedElsewhere() throws {
        let usual = HoneThread.quietCore(isolated: [])
        // No machine has core 1023 in reach here: as a container has none that is not in its cpuset.
        #expect(HoneThread.quietCore(isolated: Array("1023\n".utf8)) == usual)
        #expect(HoneThread.quietCore(isolated: Array("0,1022-1023\n".utf8)) == 0)
    }

    @Test("the core for a real-time thread is one that it can be bound to")
    func quietCore() throws {
        guard let core = HoneThread.quietCore else {
            #expect(HoneThread.coreCount == 1)
            return
        }
        let times = Box()
        let thread = try HoneThread.start(name: "bound") {
            if (try? HoneThread.setCurrentAffinity(core: core)) != nil {
                times.value.add(1, ordering: .relaxed)
            }
        }
        thread.join()
        #expect(times.value.load(ordering: .relaxed) == 1)
    }

    @Test("a thread that may wait stays off the core of those that may not, where there is another")
    func avoidsQuietCore() throws {
        guard let quiet = HoneThread.quietCore else { return }
        let cores = HoneThread.coreCount
        let isolated = (try? Files.read("/sys/devices/system/cpu/isolated", limit: 4096)) ?? []
        // What the kernel keeps programs off is in nobody's reach from the start.
        guard HoneThread.cores(of: isolated).isEmpty else { return }
        let (left, last) = (Box(), Box())
        for scheduling in [Scheduling.batch(nice: 15), .normal] {
            let thread = try HoneThread.start(name: "waits", scheduling: scheduling) {
                left.value.store(HoneThread.coreCount, ordering: .relaxed)
                last.value.store(HoneThread.quietCore ?? -1, ordering: .relaxed)
            }
            thread.join()
            let isKeptOff = scheduling != .normal
            let fewer = isKeptOff ? HoneThread.avoidedCores.count : 0
            #expect(left.value.load(ordering: .relaxed) == cores - fewer)
            #expect(thread.isGranted)
            #expect((last.value.load(ordering: .relaxed) != quiet) == isKeptOff)
        }
    }

    @Test(
        "a thread that may wait stays off the hyperthread beside the quiet core too, while another core is left",
        arguments: [
            ("3,7\n", [0, 1, 2, 3, 4, 5, 6, 7], [3, 7]), ("2-3\n", [0, 1, 2, 3], [2, 3]),
            ("3,7\n", [0, 3], [3]), ("3,7\n", [3, 7], [3]), ("3\n", [0, 3], [3]),
            ("3\n", [3], []), ("", [0, 3], [3]),
        ] as [(String, [Int], [Int])])
    func siblings(list: String, own: [Int], avoided: [Int]) throws {
        let topology = "/tmp/hone-topology-\(UUID().uuidString.prefix(13))"
        try FileManager.default.createDirectory(
            atPath: topology + "/cpu3/topology", withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: topology) }
        let file = topology + "/cpu3/topology/thread_siblings_list"
        if !list.isEmpty { try list.write(toFile: file, atomically: true, encoding: .utf8) }
        #expect(HoneThread.avoidedCores(quiet: 3, among: own, topology: topology) == avoided)
    }

    @Test("a thread knows what the kernel gave it: its cores, and its priority before others")
    func given() throws {
        guard let core = HoneThread.quietCore else { return }
        let found = Guarded<(cores: [Int], priority: Int)>(([], -1))
        let thread = try HoneThread.start(name: "asks", scheduling: .realtime(priority: 7)) {
            try? HoneThread.setCurrentAffinity(core: core)
            found.withLock { $0 = (HoneThread.cores, HoneThread.currentPriority) }
        }
        thread.join()
        let given = found.withLock { $0 }
        #expect(given.cores == [core])
        #expect(given.priority == (thread.isGranted ? 7 : 0))
        #expect(HoneThread.currentPriority == 0 && HoneThread.cores.count == HoneThread.coreCount)
    }

    @Test("an event wakes a waiter, is kept until waited for, and times out")
    func event() throws {
        let (there, back) = (try WakeEvent(), try WakeEvent())
        #expect(!there.wait(timeout: .zero))
        there.signal()
        there.signal()
        #expect(there.wait(timeout: .zero))
        #expect(!there.wait(timeout: .milliseconds(1)))
        let thread = try HoneThread.start(name: "echo") {
            for _ in 0..<200 {
                there.wait()
                back.signal()
            }
        }
        for _ in 0..<200 {
            there.signal()
            #expect(back.wait(timeout: .seconds(20)))
        }
        thread.join()
    }
}

@Suite("Clock")
struct ClockTests {
    @Test("the system clock never goes back and sleeps at least as long as told")
    func system() {
        let clock = SystemClock()
        let start = clock.now
        clock.sleep(until: start + .milliseconds(2))
        #expect(clock.now - start >= .milliseconds(2))
        clock.sleep(until: .zero)
    }

    @Test("a virtual clock moves only when told")
    func virtual() {
        let clock = VirtualClock()
        #expect(clock.now == .zero)
        clock.advance(by: .milliseconds(10))
        clock.sleep(until: MonotonicTime(nanoseconds: 5))
        #expect(clock.now.nanoseconds == 10_000_000)
        clock.sleep(for: .microseconds(1))
        #expect(clock.now.nanoseconds == 10_001_000)
    }

    @Test("moments and durations add up, and saturate at the ends")
    func arithmetic() {
        let time = MonotonicTime(nanoseconds: 1_000_000_000)
        #expect(time + .milliseconds(1) == MonotonicTime(nanoseconds: 1_001_000_000))
        #expect(time - .seconds(5) == .zero)
        #expect((time + .milliseconds(3)) - time == .milliseconds(3))
        #expect(time.nanoseconds(since: time + .nanoseconds(7)) == -7)
        #expect(time.seconds == 1)
        #expect(MonotonicTime(nanoseconds: .max) + .seconds(1) == MonotonicTime(nanoseconds: .max))
        #expect(Duration.seconds(Int64.max).wholeNanoseconds == .max)
        #expect(Duration.milliseconds(-1500).wholeNanoseconds == -1_500_000_000)
        #expect(Duration.milliseconds(-1500).inSeconds == -1.5)
    }
}
