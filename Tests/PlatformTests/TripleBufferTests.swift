import Platform
import Testing

@Suite("LatestValue")
struct LatestValueTests {
    @Test("gives the newest once")
    func newest() {
        let channel = LatestValue<Int>()
        #expect(channel.take() == nil)
        channel.publish(1)
        channel.publish(2)
        #expect(channel.take() == 2)
        #expect(channel.take() == nil)
        for value in 0..<20 {
            for extra in 0...(value % 4) { channel.publish(value * 10 + extra) }
            #expect(channel.take() == value * 10 + value % 4)
        }
    }

    struct Wide: Sendable {
        var words = InlineArray<32, Int>(repeating: 0)
        init(_ value: Int) { for index in 0..<32 { words[index] = value } }
        var isWhole: Bool { (1..<32).allSatisfy { words[$0] == words[0] } }
    }

    @Test("never shows a torn or older value to another thread, and ends with the last")
    func twoThreads() throws {
        let channel = LatestValue<Wide>()
        let total = 30_000
        let writer = try HoneThread.start(name: "latest-writer") {
            for value in 1...total { channel.publish(Wide(value)) }
        }
        var (last, torn, backwards) = (0, 0, 0)
        while last < total {
            guard let value = channel.take() else {
                pause()
                continue
            }
            if !value.isWhole { torn += 1 }
            if value.words[0] <= last { backwards += 1 }
            last = value.words[0]
        }
        writer.join()
        #expect(torn == 0)
        #expect(backwards == 0)
    }
}

@Suite("WeightBuffer")
struct WeightBufferTests {
    @Test("holds nothing, then the newest, aligned, until the next")
    func newest() throws {
        let buffer = WeightBuffer(count: 5)
        #expect(buffer.acquire() == nil)
        for version in UInt32(1)...9 {
            buffer.publish(version: version) { $0.update(repeating: Float(version)) }
            #expect(buffer.hasNewer)
            let first = try #require(buffer.acquire())
            #expect(first.version == version && first.isNew)
            #expect(Array(first.weights) == Array(repeating: Float(version), count: 5))
            #expect(UInt(bitPattern: first.weights.baseAddress) % 64 == 0)
            let again = try #require(buffer.acquire())
            #expect(again.version == version && !again.isNew)
            #expect(again.weights.baseAddress == first.weights.baseAddress)
        }
    }

    @Test("says which version nobody took")
    func overtaken() {
        let buffer = WeightBuffer(count: 3)
        func publish(_ version: UInt32) -> UInt32? {
            buffer.publish(version: version) { $0.update(repeating: 0) }
        }
        #expect(publish(1) == nil && publish(2) == 1 && publish(3) == 2)
        #expect(buffer.acquire()?.version == 3)
        #expect(publish(4) == nil && publish(5) == 4)
        #expect(buffer.acquire()?.version == 5 && publish(6) == nil)
    }

    @Test("never shows half-written weights to another thread", arguments: [1, 17, 1000])
    func twoThreads(count: Int) throws {
        let buffer = WeightBuffer(count: count)
        let last: UInt32 = 3000
        let writer = try HoneThread.start(name: "weight-writer") {
            for version in 1...last {
                buffer.publish(version: version) { $0.update(repeating: Float(version)) }
            }
        }
        var (seen, torn, backwards) = (UInt32(0), 0, 0)
        while seen < last {
            guard let (version, weights, isNew) = buffer.acquire(), isNew else {
                pause()
                continue
            }
            if !weights.allSatisfy({ $0 == Float(version) }) { torn += 1 }
            if version <= seen { backwards += 1 }
            seen = version
        }
        writer.join()
        #expect(torn == 0)
        #expect(backwards == 0)
    }
}
