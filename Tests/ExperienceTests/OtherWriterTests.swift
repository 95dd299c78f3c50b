import Embodiment
import Platform
import Testing

@testable import Experience

/// Logs of the same format as other programs write them.
@Suite("Logs of other writers")
struct OtherWriterTests {
    private struct Form {
        var hasChunks = true
        var hasChecksums = true
        var compression = ""
    }

    /// A record of the format.
    private func record(_ opcode: MCAPFormat.Opcode, _ body: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = [opcode.rawValue]
        bytes.append(number: UInt64(body.count))
        return bytes + body
    }

    /// The log again, in another form: without what a writer may leave out.
    private func rewritten(_ log: [UInt8], as form: Form) -> [UInt8] {
        var header: [UInt8] = []
        header.append(text: "")
        header.append(text: "another writer 1.0")
        var data = MCAPFormat.magic + record(.header, header)
        log.withUnsafeBytes { buffer in
            var at = MCAPFormat.magic.count
            while let frame = MCAPScan.Frame(buffer, at: at),
                frame.opcode != MCAPFormat.Opcode.dataEnd.rawValue
            {
                if frame.opcode == MCAPFormat.Opcode.chunk.rawValue {
                    let records = [UInt8](frame.body[MCAPFormat.chunkHeaderBytes...])
                    if form.hasChunks {
                        var chunk = [UInt8](frame.body[..<24])
                        chunk.append(number: form.hasChecksums ? CRC32.checksum(records) : 0)
                        chunk.append(text: form.compression)
                        chunk.append(number: UInt64(records.count))
                        data += record(.chunk, chunk + records)
                    } else {
                        data += records
                    }
                }
                at = frame.end
            }
        }
        let end = data + record(.dataEnd, [0, 0, 0, 0])
        return end + record(.footer, [UInt8](repeating: 0, count: MCAPFormat.footerBytes))
            + MCAPFormat.magic
    }

    private func sample() throws -> (log: [UInt8], records: Int) {
        let sink = MemorySink()
        let recorder = Recorder(sink: sink)
        let lane = recorder.makeLane()
        for number in 0..<3 as Range<UInt32> {
            for record in Samples.records(
                of: Samples.episode(number: number, steps: 5, outcome: .success))
            {
                lane.record(record, at: Samples.time(Int(number)))
            }
            try recorder.flush()
        }
        try recorder.close()
        let (episodes, report) = try SessionLogReader(sink.bytes).episodes()
        #expect(episodes.count == 3 && report.isClean)
        return (sink.bytes, report.records)
    }

    @Test(
        "Without checksums, and without chunks, everything is read",
        arguments: [(true, true), (true, false), (false, false)])
    func read(hasChunks: Bool, hasChecksums: Bool) throws {
        let (log, records) = try sample()
        let form = Form(hasChunks: hasChunks, hasChecksums: hasChecksums)
        let reader = SessionLogReader(rewritten(log, as: form))
        let (episodes, report) = try reader.episodes()
        #expect(try episodes == SessionLogReader(log).episodes().episodes)
        #expect(report.records == records && report.isClosed)
        // Only that another program wrote it.
        #expect(report.issues.count == 1, "\(report.issues)")
        #expect(report.chunksWithoutChecksum == (hasChunks && !hasChecksums ? report.chunks : 0))
        let copy = MemorySink()
        let recovered = try reader.recover(to: copy)
        #expect(recovered.issues == report.issues)
        #expect(try SessionLogReader(copy.bytes).episodes().report.isClean)
    }

    @Test(
        "A compressed log is named so, and never read as a damaged one", arguments: ["zstd", "lz4"])
    func compressed(name: String) throws {
        let (log, _) = try sample()
        try withLog(rewritten(log, as: Form(compression: name))) { folder, path in
            let expected = LogError.compressed(path: path, with: name)
            #expect(throws: expected) { try SessionLogReader(path: path) }
            #expect(throws: expected) { try SessionLogReader(session: folder) }
            #expect(throws: expected) { try SessionArchive(path).episodes() }
            #expect(expected.description.contains("mcap decompress"))
            #expect(expected.exitCode != 0)
        }
    }

    private func withLog(_ bytes: [UInt8], _ body: (String, String) throws -> Void) throws {
        let folder = "/tmp/hone-other-writer-\(UInt64.random(in: 0...UInt64.max))"
        try Files.makeDirectories(folder)
        let path = SessionLog.path(in: folder, part: 1)
        defer { try? Files.remove(path) }
        try Files.replace(path, with: bytes)
        try body(folder, path)
    }
}
