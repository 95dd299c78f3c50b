import Embodiment
import Platform
import SwiftProtobuf
import Testing

@testable import Experience

@Suite("Session log")
struct SessionLogTests {
    static let outcomes: [EpisodeOutcome] = [.success, .failure, .aborted]

    /// Three short episodes with a tick, an event and metrics between them.
    static func records(steps: Int = 2) -> [LogRecord] {
        var records: [LogRecord] = []
        for (number, outcome) in outcomes.enumerated() {
            let episode = Samples.episode(number: UInt32(number), steps: steps, outcome: outcome)
            records += Samples.records(of: episode)
            records.append(.tick(Samples.tick(UInt64(number))))
        }
        records.append(.event(LogEvent(level: .warning, name: "guardian", message: "clamped ±")))
        records.append(
            .metrics(
                MetricsRecord(
                    update: 7,
                    scalars: [.init(label: "td", value: 0.1), .init(label: "q", value: -.infinity)])
            ))
        return records
    }

    private func read(_ bytes: [UInt8]) throws -> (records: [LogRecord], report: LogReport) {
        var found: [LogRecord] = []
        let report = try SessionLogReader(bytes).records { record, _ in found.append(record) }
        return (found, report)
    }

    @Test("Every kind of record comes back bit for bit, with its time")
    func roundTrip() throws {
        let records = Self.records(steps: 3)
        let sink = MemorySink()
        try Samples.log(records, to: sink, chunk: 4)
        #expect(sink.isClosed)
        var times: [MonotonicTime] = []
        var found: [LogRecord] = []
        let report = try SessionLogReader(sink.bytes).records { record, time in
            found.append(record)
            times.append(time)
        }
        #expect(found == records)
        #expect(times == records.indices.map { Samples.time($0) })
        #expect(report.isClean)
        #expect(report.records == records.count)
    }

    @Test("Numbers that are not finite, signed zeros and every capacity come back bit for bit")
    func extremeNumbers() throws {
        var transition = Samples.transition(episode: 1, step: 0, success: false)
        let odd: [Float] = [
            .nan, -.infinity, -0.0, .leastNonzeroMagnitude, Float(bitPattern: 0x7FA0_0001),
        ]
        transition.observation = Observation(odd)
        transition.nextObservation = Observation(
            (0..<Capacity.features).map { Float($0) })
        transition.executed = Action([-0.0, .nan, .greatestFiniteMagnitude])
        transition.proposed = Action((0..<Capacity.axes).map { Double($0) })
        transition.reward = -0.0
        let sink = MemorySink()
        try Samples.log([.transition(transition)], to: sink, chunk: 1)
        let (records, report) = try read(sink.bytes)
        #expect(records == [.transition(transition)])
        #expect(report.isClean)
        guard case .transition(let found)? = records.first else { return }
        #expect(found.reward.sign == .minus)
    }

    @Test("The same records make the same bytes")
    func sameBytes() throws {
        let (first, second) = (MemorySink(), MemorySink())
        try Samples.log(Self.records(), to: first, chunk: 5)
        try Samples.log(Self.records(), to: second, chunk: 5)
        #expect(first.bytes == second.bytes)
    }

    @Test("An empty log is a clean log")
    func emptyLog() throws {
        let sink = MemorySink()
        try Samples.log([], to: sink, chunk: 1)
        let (records, report) = try read(sink.bytes)
        #expect(records.isEmpty)
        #expect(report.isClean)
    }

    @Test("Every prefix gives the records of its whole chunks and says that it is one")
    func everyPrefix() throws {
        let all = Self.records()
        let sink = MemorySink()
        try Samples.log(all, to: sink, chunk: 4)
        let bytes = sink.bytes
        var most = 0
        for count in 0..<bytes.count {
            let (records, report) = try read(Array(bytes[..<count]))
            #expect(records.elementsEqual(all.prefix(records.count)), "prefix of \(count) bytes")
            #expect(records.count % 4 == 0 || records.count == all.count)
            #expect(records.count >= most, "a longer prefix never gives less")
            #expect(!report.isClean && !report.issues.isEmpty, "prefix of \(count) bytes")
            most = max(most, records.count)
        }
        #expect(most == all.count)
    }

    @Test("An episode whose end was lost with its chunk is named and aborted, the others are whole")
    func damagedChunk() throws {
        let episodes = (0..<6).map {
            Samples.episode(number: $0, steps: 4, outcome: Self.outcomes[Int($0) % 3])
        }
        let sink = MemorySink()
        // Six records an episode, three a chunk: every episode is two chunks.
        try Samples.log(episodes.flatMap { Samples.records(of: $0) }, to: sink, chunk: 3)
        var bytes = sink.bytes
        let chunks = chunkOffsets(bytes)
        #expect(chunks.count == 12)
        bytes[chunks[5] + 100] ^= 0x10
        let (found, report) = try SessionLogReader(bytes).episodes()
        var rest = episodes
        rest[2].outcome = .aborted
        rest[2].transitions.removeLast(2)
        #expect(found == rest)
        #expect(report.issues.contains(.cutOffEpisode(number: 2, steps: 2)))
        #expect(report.issues.contains { if case .damaged = $0 { true } else { false } })
        #expect(report.issues.contains { if case .gap = $0 { true } else { false } })
    }

    /// Where the chunk records begin, by walking the frames.
    private func chunkOffsets(_ bytes: [UInt8]) -> [Int] {
        bytes.withUnsafeBytes { buffer in
            var offsets: [Int] = []
            var at = MCAPFormat.magic.count
            while let frame = MCAPScan.Frame(buffer, at: at) {
                if frame.opcode == MCAPFormat.Opcode.chunk.rawValue { offsets.append(at) }
                at = frame.end
            }
            return offsets
        }
    }

    @Test("A log without its first chunk, where the topics are declared, is still read")
    func firstChunkLost() throws {
        let all = Self.records()
        let sink = MemorySink()
        try Samples.log(all, to: sink, chunk: 4)
        var bytes = sink.bytes
        bytes[chunkOffsets(bytes)[0] + 60] ^= 1
        let (records, report) = try read(bytes)
        #expect(records == Array(all[4...]))
        #expect(!report.isClean)
    }

    @Test("A cut log is recovered into a closed one with the same records")
    func recover() throws {
        let all = Self.records()
        let sink = MemorySink()
        try Samples.log(all, to: sink, chunk: 4)
        let cut = Array(sink.bytes[..<(chunkOffsets(sink.bytes)[2] + 50)])
        let mended = MemorySink()
        let report = try SessionLogReader(cut).recover(to: mended)
        #expect(!report.isClean)
        let (records, after) = try read(mended.bytes)
        #expect(records == Array(all[..<8]))
        #expect(after.isClean)
    }

    @Test("A message larger than Hone's capacities is reported, not obeyed")
    func hostileMessage() throws {
        var message = Hone_Tick()
        message.commanded = [Double](repeating: 0, count: Capacity.axes + 1)
        var wrongCode = Hone_EpisodeMark()
        wrongCode.outcome = .UNRECOGNIZED(99)
        let sink = MemorySink()
        let writer = MCAPWriter(
            sink: sink, library: SessionLog.library, schemas: LogTopic.allCases.map(\.schema),
            channels: LogTopic.allCases.map(\.channel))
        try writer.append(channel: 3, time: 1, payload: try message.serializedBytes())
        try writer.append(channel: 1, time: 2, payload: try wrongCode.serializedBytes())
        for time in 3..<6 as Range<UInt64> {
            try writer.append(channel: 2, time: time, payload: [0xFF, 0xFF, 0xFF])
        }
        try writer.close()
        let (records, report) = try read(sink.bytes)
        #expect(records.isEmpty)
        #expect(
            report.issues == [
                .unreadableMessage(topic: "/tick", sequence: 0),
                .unreadableMessage(topic: "/episode", sequence: 0),
                .unreadableMessage(topic: "/transition", sequence: 0, count: 3),
            ])
    }

    @Test("A log from before decisions were recorded is read, and says that they are not known")
    func olderLog() throws {
        var transition = Hone_Transition()
        transition.policyVersion = 3
        transition.proposed = [0.5]
        var tick = Hone_Tick()
        tick.command = 7
        tick.commanded = [1, 2]
        var mark = Hone_EpisodeMark()
        mark.seed = 9
        let sink = MemorySink()
        let writer = MCAPWriter(
            sink: sink, library: SessionLog.library, schemas: LogTopic.allCases.map(\.schema),
            channels: LogTopic.allCases.map(\.channel))
        try writer.append(channel: 1, time: 1, payload: try mark.serializedBytes())
        try writer.append(channel: 2, time: 2, payload: try transition.serializedBytes())
        try writer.append(channel: 3, time: 3, payload: try tick.serializedBytes())
        // A driver of a later version is none that this one knows.
        tick.driver = .UNRECOGNIZED(99)
        try writer.append(channel: 3, time: 4, payload: try tick.serializedBytes())
        try writer.close()
        let (records, report) = try read(sink.bytes)
        #expect(report.isClean && records.count == 4)
        for record in records {
            switch record {
            case .episodeStart(let start): #expect(start.driver == nil && start.seed == 9)
            case .transition(let step): #expect(step.decision == nil && step.policyVersion == 3)
            case .tick(let tick): #expect(tick.origin == nil && tick.command == 7)
            default: Issue.record("an unexpected record")
            }
        }
    }

    @Test("Something else than a log is said to be none")
    func notALog() throws {
        #expect(try read(Array("[package]\nname = 1".utf8)).report.issues.first == .notALog)
        #expect(try read([]).report.issues == [.cutShort(at: 0, lost: 0)])
    }
}
