import Platform
import Testing

@Suite("ByteRing")
struct ByteRingTests {
    /// Memory of its own, zeros at first.
    private final class Space {
        let bytes: UnsafeMutableRawBufferPointer
        init(_ room: Int) {
            bytes = .allocate(byteCount: ByteRing.headerByteCount + room, alignment: 64)
            bytes.initializeMemory(as: UInt8.self, repeating: 0)
        }
        deinit { bytes.deallocate() }
        var copy: [UInt8] { [UInt8](bytes) }
    }

    private func push(_ record: [UInt8], to ring: ByteRing) -> Bool {
        record.withUnsafeBytes { bytes in
            let half = bytes.count / 2
            return ring.push(
                UnsafeRawBufferPointer(rebasing: bytes[..<half]),
                UnsafeRawBufferPointer(rebasing: bytes[half...]))
        }
    }

    private func remains(_ memory: [UInt8]) -> (records: [[UInt8]], isWhole: Bool) {
        var found: [[UInt8]] = []
        let isWhole = memory.withUnsafeBytes { memory in
            ByteRing.remains(in: memory) { found.append([UInt8]($0)) }
        }
        return (found, isWhole)
    }

    /// A record whose length and content follow from its number.
    private func record(_ number: Int, most: Int) -> [UInt8] {
        (0..<(number * 7 % (most + 1))).map { UInt8(truncatingIfNeeded: number &* 31 &+ $0) }
    }

    @Test("keeps what was pushed in order until it is released", arguments: [32, 64, 120, 1000])
    func queue(room: Int) {
        let space = Space(room)
        let ring = ByteRing(in: space.bytes)
        var waiting: [[UInt8]] = []
        var pushed = 0
        for round in 0..<400 {
            // As many as fit, at most some; then some are taken, and given up in one.
            for _ in 0...(round % 7) {
                let record = record(pushed, most: ring.longest)
                guard push(record, to: ring) else { break }
                waiting.append(record)
                pushed += 1
            }
            #expect(remains(space.copy).records == waiting)
            ring.refresh()
            var taken = 0
            while taken < round % 5 + 1, let bytes = ring.next() {
                #expect([UInt8](bytes) == waiting[taken])
                taken += 1
            }
            let before = remains(space.copy)
            #expect(before.records == waiting && before.isWhole, "nothing is given up yet")
            ring.release()
            waiting.removeFirst(taken)
            let after = remains(space.copy)
            #expect(after.records == waiting && after.isWhole)
        }
        #expect(pushed > 100)
    }

    @Test("takes its longest record whatever came before, and refuses longer ones")
    func longest() {
        for room in stride(from: 32, through: 200, by: 8) {
            for before in 0..<40 {
                let space = Space(room)
                let other = ByteRing(in: space.bytes)
                for number in 0..<before where push(record(number, most: 3), to: other) {
                    other.refresh()
                    while other.next() != nil {}
                    other.release()
                }
                #expect(push([UInt8](repeating: 1, count: other.longest), to: other))
                #expect(!push([UInt8](repeating: 1, count: other.longest + 1), to: other))
            }
        }
    }

    @Test("killed anywhere inside a push, it holds exactly what was pushed before")
    func cutPush() {
        let space = Space(160)
        let ring = ByteRing(in: space.bytes)
        var waiting: [[UInt8]] = []
        for number in 0..<60 {
            let before = space.copy
            let record = record(number, most: 40)
            guard push(record, to: ring) else {
                ring.refresh()
                while ring.next() != nil {}
                ring.release()
                waiting = []
                continue
            }
            let after = space.copy
            // Whatever part of the record's bytes has been stored, the count has not.
            let header = ByteRing.headerByteCount
            for cut in stride(from: header, through: after.count, by: 3) {
                let front = before[..<header] + after[header..<cut] + before[cut...]
                let back = before[..<cut] + after[cut...]
                #expect(remains(Array(front)).records == waiting)
                #expect(remains(Array(back)).records == waiting)
            }
            waiting.append(record)
            let whole = remains(after)
            #expect(whole.records == waiting && whole.isWhole)
        }
    }

    @Test(
        "with any bit flipped it gives nothing that was not pushed, and says so where a record is hit"
    )
    func flippedBits() {
        let space = Space(256)
        let ring = ByteRing(in: space.bytes)
        let records = (1...5).map { record($0, most: 30) }
        for record in records { #expect(push(record, to: ring)) }
        let good = space.copy
        for bit in 0..<(8 * good.count) {
            var bytes = good
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            let (found, isWhole) = remains(bytes)
            #expect(found.allSatisfy(records.contains), "bit \(bit)")
            #expect(
                found == records || !isWhole || bit / 8 < ByteRing.headerByteCount, "bit \(bit)")
        }
        for count in 0..<good.count { _ = remains(Array(good[..<count])) }
    }

    @Test("with positions as large as numbers get it finds nothing whole, and does not trap")
    func largePositions() {
        let room = 64
        let last = Int.max & ~7
        // Gaps, records of every length there is room for, and one of a length that there is not.
        for word: UInt32 in [UInt32.max, 0, 1, 8, 16, 24, 40, 48, 56, UInt32.max - 1] {
            for before in stride(from: 8, through: room, by: 8) {
                var memory = [UInt8](repeating: 0, count: ByteRing.headerByteCount + room)
                memory.withUnsafeMutableBytes { bytes in
                    bytes.storeBytes(of: last - before, as: Int.self)
                    bytes.storeBytes(of: last, toByteOffset: 128, as: Int.self)
                    for offset in stride(from: 0, to: room, by: 4) {
                        bytes.storeBytes(
                            of: word, toByteOffset: ByteRing.headerByteCount + offset,
                            as: UInt32.self)
                    }
                }
                let (records, isWhole) = remains(memory)
                #expect(records.isEmpty && !isWhole, "word \(word), \(before) bytes")
            }
        }
    }

    @Test("hands everything over in order between two threads", arguments: [256, 4096])
    func twoThreads(room: Int) throws {
        let space = Space(room)
        let ring = ByteRing(in: space.bytes)
        let total = 20_000
        let writer = try HoneThread.start(name: "ring-writer") {
            for value in 0..<total {
                withUnsafeBytes(of: (value, value * 3)) { bytes in
                    while !ring.push(bytes) { pause() }
                }
            }
        }
        var expected = 0
        var failures = 0
        while expected < total {
            ring.refresh()
            while let bytes = ring.next() {
                let pair = bytes.loadUnaligned(as: (Int, Int).self)
                if pair != (expected, expected * 3) { failures += 1 }
                expected += 1
            }
            ring.release()
            pause()
        }
        writer.join()
        #expect(failures == 0)
        withExtendedLifetime(space) {}
    }
}
