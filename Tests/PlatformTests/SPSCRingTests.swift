import Platform
import Testing

@Suite("SPSCRing")
struct SPSCRingTests {
    @Test("behaves as a bounded queue for every capacity, fill and position", arguments: 1...8)
    func exhaustive(capacity: Int) {
        for fill in 0...capacity {
            for start in 0..<(2 * capacity + 2) {
                let ring = SPSCRing<Int>(capacity: capacity)
                for step in 0..<start {
                    #expect(ring.push(step))
                    #expect(ring.pop() == step)
                }
                for value in 0..<fill { #expect(ring.push(1000 + value)) }
                #expect(ring.count == fill)
                #expect(ring.isEmpty == (fill == 0))
                if fill == capacity { #expect(!ring.push(-1)) }
                for value in 0..<fill { #expect(ring.pop() == 1000 + value) }
                #expect(ring.pop() == nil)
                #expect(ring.count == 0)
            }
        }
    }

    final class Tracked: Sendable {}

    @Test("releases what was never popped, and nothing twice")
    func lifetimes() {
        weak var kept: Tracked?
        weak var popped: Tracked?
        do {
            let ring = SPSCRing<Tracked>(capacity: 3)
            let first = Tracked()
            let second = Tracked()
            (popped, kept) = (first, second)
            #expect(ring.push(first))
            #expect(ring.push(second))
            #expect(ring.pop() === first)
        }
        #expect(popped == nil)
        #expect(kept == nil)
    }

    @Test("hands everything over in order between two threads", arguments: [1, 2, 3, 8, 1024])
    func twoThreads(capacity: Int) throws {
        let ring = SPSCRing<[Int]>(capacity: capacity)
        let total = 20_000
        let writer = try HoneThread.start(name: "ring-writer") {
            for value in 0..<total {
                while !ring.push([value, value * 3]) { pause() }
            }
        }
        var failures = 0
        for expected in 0..<total {
            var value = ring.pop()
            while value == nil {
                pause()
                value = ring.pop()
            }
            if value != [expected, expected * 3] { failures += 1 }
        }
        writer.join()
        #expect(failures == 0)
        #expect(ring.pop() == nil)
    }
}

/// Lets the other thread run when there is only one core.
func pause() { SystemClock().sleep(for: .nanoseconds(1)) }
