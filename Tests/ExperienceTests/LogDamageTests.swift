import Platform
import Testing

@testable import Experience

/// Single flipped bits, on a log small enough to try every one of them.
@Suite("Log damage")
struct LogDamageTests {
    struct Seen: Equatable {
        var channel: UInt16
        var sequence: UInt32
        var time: UInt64
        var payload: [UInt8]
    }

    private static func log(closed: Bool) throws -> [UInt8] {
        let sink = MemorySink()
        let writer = MCAPWriter(
            sink: sink, library: SessionLog.library,
            schemas: [MCAPSchema(id: 1, name: "a", encoding: "protobuf", data: [1, 2, 3])],
            channels: [
                MCAPChannel(id: 1, schema: 1, topic: "/episode", encoding: "protobuf"),
                MCAPChannel(id: 2, schema: 1, topic: "/transition", encoding: "protobuf"),
            ])
        for chunk in 0..<3 {
            for message in 0..<2 {
                let number = chunk * 2 + message
                try writer.append(
                    channel: UInt16(1 + number % 2), time: UInt64(1000 + number),
                    payload: (0..<(3 + number)).map { UInt8($0 * 7 + number) })
            }
            try writer.commit()
        }
        if closed { try writer.close() }
        return sink.bytes
    }

    private static func scan(_ bytes: [UInt8]) throws -> (seen: [Seen], report: LogReport) {
        try bytes.withUnsafeBytes { buffer in
            var scan = MCAPScan(LogWindow(buffer))
            var seen: [Seen] = []
            try scan.run { message, _ in
                seen.append(
                    Seen(
                        channel: message.channel, sequence: message.sequence, time: message.time,
                        payload: [UInt8](message.payload)))
            }
            return (seen, scan.report)
        }
    }

    @Test(
        "Every flipped bit is noticed, and nothing is read that was not written",
        arguments: [true, false])
    func everyFlippedBit(closed: Bool) throws {
        let bytes = try Self.log(closed: closed)
        let (all, clean) = try Self.scan(bytes)
        #expect(all.count == 6)
        #expect(clean.isClosed == closed)
        var unnoticed: [Int] = []
        var invented: [Int] = []
        for bit in 0..<(8 * bytes.count) {
            var flipped = bytes
            flipped[bit / 8] ^= 1 << UInt8(bit % 8)
            let (seen, report) = try Self.scan(flipped)
            if report == clean { unnoticed.append(bit) }
            if !seen.allSatisfy({ all.contains($0) }) || seen.count < 4 { invented.append(bit) }
        }
        #expect(unnoticed.isEmpty, "bits \(unnoticed.prefix(20)) of \(8 * bytes.count)")
        #expect(invented.isEmpty, "bits \(invented.prefix(20)): at most one chunk is lost")
    }

    @Test("Any bytes at all are read without a crash", arguments: 0..<20 as Range<UInt64>)
    func garbage(seed: UInt64) throws {
        var random = Samples.Generator(seed: seed)
        var bytes = try Self.log(closed: true)
        for _ in 0..<200 {
            let at = Int(random.next() % UInt64(bytes.count))
            let count = min(Int(random.next() % 12), bytes.count - at)
            for index in at..<(at + count) {
                bytes[index] =
                    random.next() % 3 == 0 ? 0xFF : UInt8(truncatingIfNeeded: random.next())
            }
            let (seen, report) = try Self.scan(bytes)
            #expect(seen.count <= 6)
            #expect(!report.isClean || seen.count == 6)
        }
    }
}
