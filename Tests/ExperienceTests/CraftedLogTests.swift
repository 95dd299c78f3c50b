import Embodiment
import Foundation
import Platform
import Testing

@testable import Experience

/// Logs that somebody has made so that reading them takes long; bytes are counted, no time is taken.
@Suite("Crafted logs")
struct CraftedLogTests {
    private static func begun(by library: String) -> [UInt8] {
        var bytes = MCAPFormat.magic
        bytes.appendRecord(.header) { body in
            body.append(text: MCAPFormat.profile)
            body.append(text: library)
        }
        return bytes
    }

    /// A chunk with one event, on a channel that it declares, or does not.
    private static func chunk(channel: UInt16 = 4, isDeclared: Bool = true) -> [UInt8] {
        var chunk = MCAPChunk(channels: [channel])
        if isDeclared {
            chunk.append(
                MCAPChannel(
                    id: channel, schema: 4, topic: LogTopic.event.name, encoding: "protobuf"))
        }
        let event = LogRecord.event(LogEvent(level: .info, name: "n", message: "m"))
        chunk.append(
            channel: channel, sequence: 0, time: 9,
            payload: LogEncoding.encode(event, time: 9).payload)
        var bytes: [UInt8] = []
        chunk.write(into: &bytes)
        chunk.writeIndex(of: 0, into: &bytes)
        return bytes
    }

    /// What looks like a chunk, or a loose message, of so many bytes.
    private static func claim(_ byteCount: Int, _ opcode: MCAPFormat.Opcode = .chunk) -> [UInt8] {
        var bytes: [UInt8] = [opcode.rawValue]
        bytes.append(number: UInt64(MCAPFormat.chunkHeaderBytes + byteCount))
        for _ in 0..<2 { bytes.append(number: UInt64(0)) }
        bytes.append(number: UInt64(byteCount))
        bytes.append(number: UInt32(1))
        bytes.append(text: "")
        bytes.append(number: UInt64(byteCount))
        return bytes
    }

    enum Form: CaseIterable {
        /// Everything claims to be a chunk up to the end.
        case chunks
        /// Between whole chunks.
        case mixed
        /// Chunks of some hundred bytes, each within the one before.
        case small
        /// Another writer's messages that stand in no chunk.
        case loose
    }

    private static func log(_ form: Form, byteCount: Int) -> [UInt8] {
        var bytes = begun(by: form == .loose ? "another" : SessionLog.library) + chunk()
        while bytes.count < byteCount {
            let rest = byteCount - bytes.count - 49
            switch form {
            case .chunks: bytes += claim(max(0, rest))
            case .mixed: bytes += claim(max(0, rest)) + chunk()
            case .small: bytes += claim(min(max(0, rest), 700))
            case .loose: bytes += claim(max(0, rest), .channel) + chunk()
            }
        }
        return bytes
    }

    @Test(
        "At most four times its size is checked, whatever it claims, and the rest is told as damaged",
        arguments: Form.allCases)
    func linear(form: Form) throws {
        let bytes = Self.log(form, byteCount: 1_500_000)
        let path = FileManager.default.temporaryDirectory.path + "/\(UUID().uuidString).mcap"
        defer { try? Files.remove(path) }
        try Files.replace(path, with: bytes)
        let windows = try bytes.withUnsafeBytes { buffer in
            var scans: [(MCAPScan, LogWindow, Int)] = []
            for window in [LogWindow(buffer), try LogWindow(path: path, count: bytes.count)] {
                var (scan, messages) = (MCAPScan(window), 0)
                try scan.run { _, _ in messages += 1 }
                scans.append((scan, window, messages))
            }
            return scans
        }
        for (scan, window, messages) in windows {
            // Beside these the checksum of all of it is made once.
            #expect(scan.examined <= 3 * bytes.count)
            #expect(window.bytesRead <= 20 * bytes.count, "\(window.bytesRead / bytes.count)")
            #expect(messages >= 1 && !scan.report.isClean)
        }
        #expect(windows[0].0.report == windows[1].0.report)
    }

    @Test("A channel with the highest number costs no more than another; one unknown is damage")
    func channels() throws {
        let (known, unknown) = (
            Self.chunk(channel: .max), Self.chunk(channel: 99, isDeclared: false)
        )
        let report = try SessionLogReader(
            Self.begun(by: SessionLog.library) + known + unknown + Self.chunk()
        ).records { _, _ in }
        #expect(report.chunks == 2)
        let damage = report.issues.compactMap { issue in
            if case .damaged(_, _, let what) = issue { what } else { nil }
        }
        #expect(damage == [.chunkRecord])
    }

    @Test("A stretch of zeros is one line, however long it is")
    func zeros() throws {
        let begun = Self.begun(by: SessionLog.library) + Self.chunk()
        // Each nine are a record of kind 0 without a body.
        let bytes = begun + [UInt8](repeating: 0, count: 9 * 1000) + Self.chunk()
        let report = try SessionLogReader(bytes).records { _, _ in }
        #expect(report.chunks == 2)
        let unknown = report.issues.filter { if case .unknownRecord = $0 { true } else { false } }
        #expect(unknown == [.unknownRecord(opcode: 0, at: begun.count, count: 1000)])
        let words = report.issues.first.map { "\($0)" }
        #expect(
            words == "1000 records of unknown kind 0 from byte \(begun.count) on were passed over")
    }
}
