import Embodiment
import Experience
import Foundation
import Platform
import Testing

/// Programs of this machine that a test may ask.
enum Program {
    /// A Python that has `mcap` and `mcap_protobuf`: `HONE_PYTHON`, or `python3`.
    static let python: String? = {
        let wanted = ProcessInfo.processInfo.environment["HONE_PYTHON"] ?? "python3"
        return run([wanted, "-c", "import mcap, mcap_protobuf"]).status == 0 ? wanted : nil
    }()

    /// Runs a command to its end; status -1 if it could not be started.
    static func run(_ command: [String]) -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = command
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        guard (try? process.run()) != nil else { return (-1, "") }
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }
}

/// The log as the reference implementation of its format reads it, where Python has that installed.
@Suite("Reference reader")
struct ReferenceReaderTests {
    private static let script = """
        import sys
        from mcap.reader import SeekingReader, NonSeekingReader
        from mcap_protobuf.decoder import DecoderFactory
        for reader in (SeekingReader, NonSeekingReader):
            with open(sys.argv[1], "rb") as file:
                log = reader(file, validate_crcs=True, decoder_factories=[DecoderFactory()])
                for schema, channel, message, value in log.iter_decoded_messages():
                    line = [channel.topic, schema.name, message.sequence, message.log_time]
                    if schema.name == "hone.Transition":
                        line += [value.episode, value.step, value.reward]
                        line += [float(x).hex() for x in value.executed]
                        line += [value.HasField("decision"), value.decision.number]
                        line += [value.decision.driver, value.decision.HasField("value")]
                    if schema.name == "hone.EpisodeMark":
                        line += [value.seed, value.outcome, value.steps, value.driver]
                    if schema.name == "foxglove.Log":
                        line += [value.timestamp.seconds, value.level, value.message]
                    if schema.name == "hone.Tick":
                        line += [value.lateness, len(value.commanded), value.driver]
                        line += [value.HasField("decision"), value.observation_age]
                    if schema.name == "hone.Metrics":
                        line += [s.label for s in value.scalars]
                    print(*line)
        with open(sys.argv[1], "rb") as file:
            log = SeekingReader(file, validate_crcs=True)
            print(log.get_header().profile)
            summary = log.get_summary()
            print("summary", len(summary.chunk_indexes), summary.statistics.message_count)
        """

    @Test(
        "The reference implementation reads every message, by index and front to back",
        .enabled(if: Program.python != nil))
    func readsEverything() throws {
        let python = try #require(Program.python)
        let path = FileManager.default.temporaryDirectory.path + "/\(UUID().uuidString).mcap"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let episode = Samples.episode(number: 3, steps: 2, outcome: .success)
        var records = Samples.records(of: episode)
        records.append(.tick(Samples.tick(9)))
        records.append(.event(LogEvent(level: .error, name: "agent", message: "said")))
        records.append(
            .metrics(MetricsRecord(update: 1, scalars: [.init(label: "td_loss", value: 2)])))
        try Samples.log(records, to: FileLogSink(creating: path), chunk: 3)

        let (status, output) = Program.run([python, "-c", Self.script, path])
        #expect(status == 0, "\(output)")
        func times(_ index: Int) -> String { String(Samples.time(index).nanoseconds) }
        func executed(_ step: Int) -> String {
            episode.transitions[step].executed.values.map { hexadecimal($0) }
                .joined(separator: " ")
        }
        let lines = [
            "/episode hone.EpisodeMark 0 \(times(0)) \(episode.seed) 0 0 3",
            "/transition hone.Transition 0 \(times(1)) 3 0 -1.0 \(executed(0)) True 0 2 False",
            "/transition hone.Transition 1 \(times(2)) 3 1 0.0 \(executed(1)) False 0 0 False",
            "/episode hone.EpisodeMark 1 \(times(3)) 0 1 2 0",
            "/tick hone.Tick 0 \(times(4)) 70009 3 4 False 18",
            "/event foxglove.Log 0 \(times(5)) 1 4 said",
            "/learner/metrics hone.Metrics 0 \(times(6)) td_loss",
        ]
        let found = output.split(separator: "\n").map(String.init)
        #expect(found == lines + lines + ["hone", "summary 3 7"])
    }

    /// A double as Python's `float.hex` writes it.
    private func hexadecimal(_ value: Double) -> String {
        let exponent = value.exponent
        let digits = String(value.significandBitPattern, radix: 16)
        let padded = String(repeating: "0", count: 13 - digits.count) + digits
        return "\(value < 0 ? "-" : "")0x1.\(padded)p\(exponent >= 0 ? "+" : "")\(exponent)"
    }

    private static let tolerant = """
        import struct, sys
        from mcap.exceptions import EndOfFile
        from mcap.reader import NonSeekingReader
        from mcap_protobuf.decoder import DecoderFactory
        for path in sys.argv[1:]:
            count = 0
            try:
                with open(path, "rb") as file:
                    log = NonSeekingReader(
                        file, validate_crcs=True, decoder_factories=[DecoderFactory()])
                    for item in log.iter_decoded_messages(log_time_order=False):
                        count += 1
                end = "whole"
            except (EndOfFile, struct.error):
                end = "cut"
            print(count, end)
        """

    @Test(
        "The reference implementation reads a log that was cut short anywhere up to its last whole chunk",
        .enabled(if: Program.python != nil))
    func readsCutLogs() throws {
        let python = try #require(Program.python)
        let sink = MemorySink()
        try Samples.log(SessionLogTests.records(), to: sink, chunk: 4)
        let folder = FileManager.default.temporaryDirectory.path + "/\(UUID().uuidString)"
        try Files.makeDirectories(folder)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var paths: [String] = []
        var expected: [String] = []
        // Every length would take minutes in Python; 97 has no factor in common with the layout.
        for count in stride(from: 97, to: sink.bytes.count, by: 97) {
            let path = "\(folder)/\(count).mcap"
            let bytes = Array(sink.bytes[..<count])
            try Files.replace(path, with: bytes)
            paths.append(path)
            expected.append("\(try SessionLogReader(bytes).records { _, _ in }.records)")
        }
        let (status, output) = Program.run([python, "-c", Self.tolerant] + paths)
        #expect(status == 0, "\(output)")
        let found = output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        #expect(found.map { $0.first ?? "" } == expected)
    }
}
