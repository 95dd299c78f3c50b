import Embodiment
import Foundation
import Platform
import Testing

@testable import Experience

/// What is read of a log's file is what is in it, however little of it is held.
@Suite("Log window")
struct LogWindowTests {
    private func withFile(_ body: (String) throws -> Void) throws {
        let path = FileManager.default.temporaryDirectory.path + "/\(UUID().uuidString).mcap"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try body(path)
    }

    private struct Found: Equatable {
        var topics: [UInt16] = []
        var times: [UInt64] = []
        var payloads: [[UInt8]] = []
        var report = LogReport()

        init(_ window: LogWindow) throws {
            var scan = MCAPScan(window)
            try scan.run { message, _ in
                topics.append(message.channel)
                times.append(message.time)
                payloads.append([UInt8](message.payload))
            }
            report = scan.report
        }
    }

    @Test("Of a log that is ten times as large, a block is in memory and no more")
    func largerThanMemory() throws {
        try withFile { path in
            let text = String(repeating: "0123456789abcdef", count: 4096)
            let events = (0..<160).map {
                LogRecord.event(LogEvent(level: .info, name: "\($0)", message: text))
            }
            try Samples.log(events, to: FileLogSink(creating: path), chunk: 8)
            let byteCount = try Files.read(path, limit: 1 << 30).count
            #expect(byteCount > 10 * LogWindow.blockBytes)
            let window = try LogWindow(path: path, count: byteCount)
            let found = try Found(window)
            #expect(found.payloads.count == events.count && found.report.isClean)
            #expect(window.mostHeld == LogWindow.blockBytes)
            var read: [LogRecord] = []
            let report = try SessionLogReader(path: path).records { record, _ in
                read.append(record)
            }
            #expect(read == events && report.isClean)
        }
    }

    @Test(
        "Whole, cut and damaged logs are the same through a window as in memory",
        arguments: 0..<4 as Range<UInt64>)
    func sameAsInMemory(seed: UInt64) throws {
        let sink = MemorySink()
        try Samples.log(SessionLogTests.records(), to: sink, chunk: 4)
        var random = Samples.Generator(seed: seed)
        try withFile { path in
            for number in 0..<40 {
                var bytes = sink.bytes
                if number % 3 > 0 { bytes.removeLast(Int(random.next() % UInt64(bytes.count))) }
                for _ in 0..<(number % 4) where !bytes.isEmpty {
                    let at = Int(random.next() % UInt64(bytes.count))
                    let byte = UInt8(truncatingIfNeeded: random.next())
                    bytes[at] = byte % 3 == 0 ? MCAPFormat.Opcode.chunk.rawValue : byte
                }
                let expected = try bytes.withUnsafeBytes { try Found(LogWindow($0)) }
                try Files.replace(path, with: bytes)
                for blockBytes in [1, 7, 64, 1021, 1 << 20] {
                    let window = try LogWindow(
                        path: path, count: bytes.count, blockBytes: blockBytes)
                    #expect(
                        try Found(window) == expected,
                        "seed \(seed), log \(number), blocks of \(blockBytes)")
                    #expect(window.mostHeld <= max(bytes.count, blockBytes))
                }
            }
        }
    }

    @Test("A chunk over the limit is passed over and named, and what comes after it is read")
    func oversizedChunk() throws {
        let sink = MemorySink()
        let long = LogRecord.event(
            LogEvent(level: .info, name: "long", message: String(repeating: "x", count: 5000)))
        let ticks = (0..<6).map { LogRecord.tick(Samples.tick(UInt64($0))) }
        try Samples.log(Array(ticks[..<3]) + [long, long, long] + ticks[3...], to: sink, chunk: 3)
        try withFile { path in
            try Files.replace(path, with: sink.bytes)
            let window = try LogWindow(
                path: path, count: sink.bytes.count, blockBytes: 512, lookLimit: 10_000)
            let found = try Found(window)
            #expect(found.payloads.count == 6)
            #expect(window.mostHeld <= 10_000)
            let isNamed = found.report.issues.contains {
                if case .damaged(_, _, .oversizedChunk) = $0 { true } else { false }
            }
            #expect(isNamed && !found.report.isClean)
        }
    }

    @Test("A file that became shorter than it was is an error, and never taken for a short log")
    func shrinking() throws {
        try withFile { path in
            let ticks = (0..<20).map { LogRecord.tick(Samples.tick(UInt64($0))) }
            try Samples.log(ticks, to: FileLogSink(creating: path), chunk: 2)
            let reader = try SessionLogReader(path: path)
            let whole = try Files.read(path, limit: 1 << 20)
            try Files.replace(path, withFirst: whole.count - 1, of: path)
            #expect(try Files.read(path, limit: 1 << 20) == Array(whole.dropLast()))
            #expect(throws: LogError.self) { try reader.records { _, _ in } }
        }
    }
}
