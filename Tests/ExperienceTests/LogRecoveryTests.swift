import Embodiment
import Foundation
import Platform
import Testing

@testable import Experience

/// Logs of a real size, cut at any byte and with any bit flipped.
///
/// Every prefix and every bit with `HONE_LOG_EXHAUSTIVE=1`; otherwise those of a stride that shares no
/// factor with the log's structure.
@Suite("Log recovery")
struct LogRecoveryTests {
    private static let isExhaustive =
        ProcessInfo.processInfo.environment["HONE_LOG_EXHAUSTIVE"] == "1"

    /// A message, by what it must come back as.
    private struct Message: Hashable {
        var channel: UInt16
        var sequence: UInt32
        var time: UInt64
        var checksum: UInt32
    }

    /// A log as a recorder writes it, and for each of its chunks where it ends and what it holds.
    private struct Sample {
        var bytes: [UInt8]
        var chunks: [(end: Int, messages: [Message])] = []
        var all: Set<Message> = []

        /// - Parameter byteCount: bytes that it has at least.
        init(byteCount: Int) throws {
            let sink = MemorySink()
            let recorder = Recorder(sink: sink)
            let lane = recorder.makeLane()
            var number: UInt32 = 0
            while recorder.statistics.byteCount < byteCount {
                let episode = Samples.episode(number: number, steps: 4, outcome: .failure)
                for record in Samples.records(of: episode) {
                    lane.record(record, at: Samples.time(Int(number)))
                }
                lane.record(.tick(Samples.tick(UInt64(number))), at: Samples.time(Int(number)))
                try recorder.flush()
                number += 1
            }
            try recorder.close()
            let bytes = sink.bytes
            let ends = bytes.withUnsafeBytes { buffer in
                var ends: [Int] = []
                var at = MCAPFormat.magic.count
                while let frame = MCAPScan.Frame(buffer, at: at),
                    frame.opcode != MCAPFormat.Opcode.dataEnd.rawValue
                {
                    if frame.opcode == MCAPFormat.Opcode.chunk.rawValue { ends.append(frame.end) }
                    at = frame.end
                }
                return ends
            }
            var seen = 0
            for end in ends {
                let found = try LogRecoveryTests.scan(Array(bytes[..<end])).messages
                chunks.append((end, Array(found[seen...])))
                seen = found.count
            }
            self.bytes = bytes
            all = Set(chunks.flatMap(\.messages))
        }
    }

    private static func scan(
        _ bytes: [UInt8]
    ) throws -> (messages: [Message], report: LogReport) {
        try bytes.withUnsafeBytes { try scan($0) }
    }

    private static func scan(
        _ bytes: UnsafeRawBufferPointer
    ) throws -> (messages: [Message], report: LogReport) {
        var scan = MCAPScan(LogWindow(bytes))
        var messages: [Message] = []
        try scan.run { message, _ in
            messages.append(
                Message(
                    channel: message.channel, sequence: message.sequence, time: message.time,
                    checksum: CRC32.checksum(message.payload)))
        }
        return (messages, scan.report)
    }

    @Test("Every prefix of 256 KiB gives exactly what its whole chunks hold, and says it is one")
    func prefixes() throws {
        let sample = try Sample(byteCount: 256 << 10)
        let expected = sample.chunks.flatMap(\.messages)
        var wrong: [Int] = []
        var whole = 0
        var held = 0
        for count in stride(from: 0, to: sample.bytes.count, by: Self.isExhaustive ? 1 : 2503) {
            while whole < sample.chunks.count, sample.chunks[whole].end <= count {
                held += sample.chunks[whole].messages.count
                whole += 1
            }
            let (found, report) = try sample.bytes.withUnsafeBytes {
                try Self.scan(UnsafeRawBufferPointer(rebasing: $0[..<count]))
            }
            if found.count != held || !found.elementsEqual(expected.prefix(held))
                || report.isClean || report.issues.isEmpty
            {
                wrong.append(count)
            }
        }
        #expect(wrong.isEmpty, "prefixes of \(wrong.prefix(20)) bytes")
        #expect(whole >= sample.chunks.count - 1)
    }

    @Test("Every flipped bit of 64 KiB is reported, and costs one chunk at most")
    func flippedBits() throws {
        let sample = try Sample(byteCount: 64 << 10)
        let clean = try Self.scan(sample.bytes).report
        #expect(clean.isClean)
        let most = sample.chunks.map(\.messages.count).max() ?? 0
        var bytes = sample.bytes
        var wrong: [Int] = []
        for bit in stride(from: 0, to: 8 * bytes.count, by: Self.isExhaustive ? 1 : 5003) {
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            let (found, report) = try Self.scan(bytes)
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            if report == clean || found.count < sample.all.count - most
                || !found.allSatisfy(sample.all.contains)
            {
                wrong.append(bit)
            }
        }
        #expect(wrong.isEmpty, "bits \(wrong.prefix(20))")
    }
}
