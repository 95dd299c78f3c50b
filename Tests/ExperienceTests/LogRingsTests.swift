import Embodiment
import Foundation
import Platform
import Testing

@testable import Experience

/// Recorders that are killed between any two steps, and what is found of what their lanes had taken.
@Suite("Rings beside a log")
struct LogRingsTests {
    /// A session's log folder, gone with the test.
    private final class Folder: Sendable {
        let path: String
        init() throws {
            path = FileManager.default.temporaryDirectory.path + "/" + UUID().uuidString
            try Files.makeDirectories(path)
        }
        deinit { try? FileManager.default.removeItem(atPath: path) }
        var log: String { SessionLog.path(in: path, part: 1) }
        var ring: String { SessionLog.rings(of: log) }
        var names: [String] { get throws { try Files.list(path).map(\.name) } }

        /// Everything that its logs hold, as it stands there.
        var messages: [RingMessage] {
            get throws {
                var found: [RingMessage] = []
                for part in try SessionLog.parts(in: path) where part.byteCount > 0 {
                    try SessionLogReader(path: part.path).messages { topic, time, payload in
                        found.append(
                            RingMessage(topic: topic, time: time, payload: [UInt8](payload)))
                    }
                }
                return found
            }
        }
    }

    /// What a disk and the rings held at some step.
    private struct Moment: Sendable {
        var log: [UInt8]
        var ring: [UInt8]
        /// Records that lanes had taken.
        var taken: Int
    }

    /// A disk that keeps what it and the rings held before and after each call.
    private final class Witness: LogSink, @unchecked Sendable {
        // @unchecked Sendable: the recorder's thread touches it while the test waits for it, and in turn.
        let path = "memory"
        let ring: String
        var taken = 0
        var log: [UInt8] = []
        var moments: [Moment] = []

        init(ring: String) { self.ring = ring }

        func note() {
            guard let bytes = try? Files.read(ring, limit: 1 << 24) else { return }
            moments.append(Moment(log: log, ring: bytes, taken: taken))
        }
        func append(_ bytes: UnsafeRawBufferPointer) {
            note()
            let before = log
            // Killed in the middle, some of it is there.
            for cut in [1, bytes.count / 2, bytes.count - 1]
            where cut > 0 && cut < bytes.count {
                log = before + bytes[..<cut]
                note()
            }
            log = before + bytes
            note()
        }
        func makeDurable() { note() }
        func close() { note() }
    }

    private static func isSmaller(_ a: RingMessage, _ b: RingMessage) -> Bool {
        (a.topic.rawValue, a.time, a.payload.count) < (b.topic.rawValue, b.time, b.payload.count)
            || (a.topic == b.topic && a.time == b.time && a.payload.count == b.payload.count
                && a.payload.lexicographicallyPrecedes(b.payload))
    }

    /// Records everything, and looks at the disk between all steps.
    private func live() throws -> (moments: [Moment], messages: [RingMessage], folder: Folder) {
        let folder = try Folder()
        let witness = Witness(ring: folder.ring)
        var settings = Recorder.Settings()
        // Only what a test asks for: then it is known what was taken at each step.
        settings.commitInterval = .seconds(600)
        let recorder = Recorder(sink: witness, ringName: folder.ring, settings: settings)
        let lanes = [
            recorder.makeLane(capacity: 1), recorder.makeLane(capacity: 1),
            recorder.makeLane(capacity: 1),
        ]
        try recorder.start()
        // From here on its thread waits to be asked.
        try recorder.flush()
        SystemClock().sleep(for: .milliseconds(100))
        var messages: [RingMessage] = []
        func take(_ record: LogRecord, _ lane: Int) {
            let time = UInt64(1000 + messages.count)
            #expect(lanes[lane].record(record, at: MonotonicTime(nanoseconds: time)))
            let (topic, payload) = LogEncoding.encode(record, time: time)
            messages.append(RingMessage(topic: topic, time: time, payload: payload))
            witness.taken = messages.count
        }
        for number in 0..<3 as Range<UInt32> {
            for record in Samples.records(
                of: Samples.episode(number: number, steps: 3, outcome: .success))
            {
                take(record, 0)
                take(.tick(Samples.tick(UInt64(messages.count))), 1)
                witness.note()
                // In the middle of an episode, too.
                if messages.count.isMultiple(of: 6) { try recorder.flush() }
            }
            let long = String(repeating: "why ", count: 1000)
            take(.event(LogEvent(level: .error, name: "guardian", message: long)), 2)
            take(
                .metrics(
                    MetricsRecord(
                        update: 7, scalars: [.init(label: "td_loss", value: .nan)])), 2)
            take(.label(EpisodeLabel(episode: number, reason: "seen")), 2)
            witness.note()
        }
        try recorder.flush()
        witness.note()
        try recorder.close()
        #expect(try folder.names == [], "a clean end leaves nothing")
        return (witness.moments, messages, folder)
    }

    /// Puts a moment's files into a folder.
    private func put(_ moment: Moment, into folder: Folder) throws {
        try Data(moment.log).write(to: URL(fileURLWithPath: folder.log))
        try Data(moment.ring).write(to: URL(fileURLWithPath: folder.ring))
    }

    private func expect(
        _ folder: Folder, holds messages: ArraySlice<RingMessage>, _ what: String
    ) throws {
        let found = try folder.messages.sorted(by: Self.isSmaller)
        let wanted = messages.sorted(by: Self.isSmaller)
        #expect(found == wanted, "\(what): \(found.count) of \(wanted.count)")
    }

    @Test("Killed between any two steps, the log then holds each record that was taken, once")
    func everyStep() throws {
        let (moments, messages, _) = try live()
        #expect(moments.count > 40)
        var appended = 0
        for (number, moment) in moments.enumerated() {
            let folder = try Folder()
            try put(moment, into: folder)
            let findings = try LogRings.recover(in: folder.path)
            #expect(findings.count == 1)
            if case .appended? = findings.first { appended += 1 }
            try expect(folder, holds: messages.prefix(moment.taken), "step \(number)")
            #expect(!Files.exists(folder.ring))
            #expect(try LogRings.recover(in: folder.path).isEmpty)
            // Whole across the parts; the one that was killed is aborted.
            let whole = try SessionArchive(folder.path).episodes().episodes
            let both = try SessionLogReader(session: folder.path).episodes().episodes
            #expect(whole == both && whole.count <= 3)
            let marks = messages.prefix(moment.taken).filter { $0.topic == .episode }
                .compactMap { $0.payload.withUnsafeBytes { LogEncoding.decode(.episode, $0) } }
            let ended = marks.count { if case .episodeEnd = $0 { true } else { false } }
            #expect(whole.count == marks.count - ended, "step \(number)")
            #expect(whole.count { $0.outcome != .aborted } == ended, "step \(number)")
        }
        #expect(appended > 20)
    }

    @Test("Where the log has gone on in further parts, the ring gives only what none of them holds")
    func furtherParts() throws {
        let folder = try Folder()
        var settings = Recorder.Settings()
        settings.partBytes = 4_000
        let recorder = try Recorder(session: folder.path, part: 1, settings: settings)
        let lane = recorder.makeLane()
        try recorder.start()
        for number in 0..<400 as Range<UInt64> {
            #expect(lane.record(.tick(Samples.tick(number)), at: Samples.time(Int(number))))
            if number.isMultiple(of: 30) { try recorder.flush() }
        }
        // What a kill would leave now; the ring first, for what leaves it is in the log by then.
        let killed = try Folder()
        try Files.replace(killed.ring, with: Files.read(folder.ring, limit: 1 << 24))
        for part in try SessionLog.parts(in: folder.path) {
            try Files.replace(
                SessionLog.path(in: killed.path, part: part.part),
                with: Files.read(part.path, limit: 1 << 24))
        }
        try recorder.close()
        #expect(try SessionLog.parts(in: folder.path).count > 3)
        try LogRings.recover(in: killed.path)
        let wanted = try folder.messages.sorted(by: Self.isSmaller)
        #expect(wanted.count == 400)
        #expect(try killed.messages.sorted(by: Self.isSmaller) == wanted)
        #expect(try LogRings.recover(in: killed.path).isEmpty)
    }

    @Test("A recovery that is killed itself and done again writes nothing twice")
    func interruptedRecovery() throws {
        let (moments, messages, _) = try live()
        let reference = try Folder()
        // In the middle, where the rings hold what the log has not.
        let half = try #require(moments.last { $0.log.isEmpty })
        try put(half, into: reference)
        try LogRings.recover(in: reference.path)
        let parts = try SessionLog.parts(in: reference.path)
        let last = try Files.read(try #require(parts.last).path, limit: 1 << 24)
        for cut in stride(from: 0, through: last.count, by: max(1, last.count / 40)) {
            let folder = try Folder()
            try put(half, into: folder)
            // The further part as far as it had come.
            try Files.replace(
                SessionLog.path(in: folder.path, part: 2), with: Array(last[..<cut]))
            try LogRings.recover(in: folder.path)
            try expect(folder, holds: messages.prefix(half.taken), "cut at \(cut)")
        }
    }

    @Test("A ring that is damaged or of another build is set aside with its bytes, never a crash")
    func damage() throws {
        let (moments, messages, _) = try live()
        let moment = try #require(moments.last { $0.log.isEmpty })
        var seen = 0
        func recover(_ ring: [UInt8], _ what: String) throws {
            let folder = try Folder()
            try put(Moment(log: moment.log, ring: ring, taken: 0), into: folder)
            let findings = try LogRings.recover(in: folder.path)
            #expect(!Files.exists(folder.ring), "\(what)")
            let found = try folder.messages
            #expect(Set(found).isSubset(of: messages), "\(what)")
            #expect(Set(found).count == found.count, "\(what)")
            for case .setAside(_, let kept) in findings {
                seen += 1
                #expect(try Files.read(kept, limit: 1 << 24) == ring, "\(what)")
            }
        }
        for count in [0, 1, 15, 16, 4095, 4096, 5000, moment.ring.count - 1] {
            try recover(Array(moment.ring[..<count]), "\(count) bytes")
        }
        #expect(seen == 8)
        try recover([UInt8](repeating: 0xFF, count: 9000), "no ring")
        var other = moment.ring
        other[8] += 1
        try recover(other, "another version")
        #expect(seen == 10)
        // The head, the start of each lane, and what lies between at a stride.
        let size = (moment.ring.count - 4096) / 3
        let offsets =
            Array(0..<64) + stride(from: 64, to: moment.ring.count, by: 9_973)
            + (0..<3).flatMap { lane in
                stride(from: 256, to: 700, by: 17).map { 4096 + lane * size + $0 }
            }
        for offset in offsets {
            var bytes = moment.ring
            bytes[offset] ^= 1 << UInt8(offset % 8)
            try recover(bytes, "bit at \(offset)")
        }
        #expect(seen > 74)
    }

    @Test("A running recorder's ring is left alone, one that went with the machine is passed over")
    func others() throws {
        let folder = try Folder()
        let recorder = try Recorder(creating: folder.log)
        let lane = recorder.makeLane()
        try recorder.start()
        lane.record(.tick(Samples.tick(1)), at: Samples.time(1))
        #expect(try LogRings.recover(in: folder.path) == [.inUse(name: folder.ring)])
        #expect(try LogRings.waiting(in: folder.path).isEmpty)
        // Found by whoever comes after the process. The log after the ring: the recorder may commit meanwhile.
        let copy = try Folder()
        for (from, to) in [(folder.ring, copy.ring), (folder.log, copy.log)] {
            try Files.replace(to, with: try Files.read(from, limit: 1 << 24))
        }
        #expect(try LogRings.waiting(in: copy.path) == [copy.ring])
        try LogRings.recover(in: copy.path)
        #expect(try SessionLogReader(session: copy.path).records { _, _ in }.records == 1)
        try recorder.close()
        #expect(try folder.names == ["session.mcap"])

        try FileManager.default.createSymbolicLink(
            atPath: folder.ring,
            withDestinationPath: "\(SharedMemory.memoryDisk)/hone-\((1 << 22) + 1)-1-0")
        #expect(try LogRings.recover(in: folder.path) == [.gone(name: folder.ring)])
        #expect(try folder.names == ["session.mcap"])
    }

    @Test("A link called a ring, a pipe or a folder costs nobody a file: it is told and left alone")
    func foreign() throws {
        let (folder, other) = (try Folder(), try Folder())
        let secret = other.path + "/key"
        try Files.replace(secret, with: Array("mine".utf8))
        let disk = SharedMemory.memoryDisk
        let targets = [
            secret, "../" + other.path.split(separator: "/").last! + "/key",
            "\(disk)/../..\(secret)", "\(disk)/hone-1-1-1/../..\(secret)", "/dev/zero",
        ]
        for target in targets {
            try FileManager.default.createSymbolicLink(
                atPath: folder.ring, withDestinationPath: target)
            #expect(
                try LogRings.recover(in: folder.path) == [.foreign(name: folder.ring)], "\(target)"
            )
            #expect(try LogRings.waiting(in: folder.path).isEmpty)
            #expect(try folder.names == ["session.ring"])
            #expect(try Files.read(secret, limit: 100) == Array("mine".utf8))
            try Files.remove(folder.ring)
        }
        #expect(mkfifo(folder.ring, 0o666) == 0)
        #expect(try LogRings.recover(in: folder.path) == [.foreign(name: folder.ring)])
        #expect(try LogRings.waiting(in: folder.path).isEmpty)
    }

    @Test(
        "Pipes and links in the machine's memory keep no recorder from beginning",
        .timeLimit(.minutes(5)))
    func strangersRings() throws {
        // A process that cannot be, long ago.
        let stem = "\(SharedMemory.memoryDisk)/hone-\((1 << 22) + 1)-1-"
        let places = [stem + "7", stem + "8"]
        defer { for place in places { try? Files.remove(place) } }
        #expect(mkfifo(places[0], 0o666) == 0)
        try FileManager.default.createSymbolicLink(
            atPath: places[1], withDestinationPath: "/dev/zero")
        let folder = try Folder()
        let recorder = Recorder(sink: MemorySink(), ringName: folder.ring)
        try recorder.start()
        try recorder.close()
        for place in places { #expect(SharedMemory.leftovers(olderThan: 1).contains(place)) }
    }

    @Test("What a failed disk did not take stays in the ring, and comes from there into the log")
    func failedDisk() throws {
        for call in 0..<6 {
            let folder = try Folder()
            let sink = MemorySink(failingCall: call)
            let recorder = Recorder(sink: sink, ringName: folder.ring)
            let lane = recorder.makeLane()
            try recorder.start()
            var taken: UInt64 = 0
            for number in 0..<20 as Range<UInt64> {
                if lane.record(.tick(Samples.tick(number)), at: Samples.time(Int(number))) {
                    taken += 1
                }
                if number % 5 == 4 { try? recorder.flush() }
            }
            #expect(throws: LogError.self) { try recorder.close() }
            try Files.replace(folder.log, with: sink.durableBytes)
            // Its process has ended, in effect: a copy has no lock.
            let bytes = try Files.read(folder.ring, limit: 1 << 24)
            try SharedMemory.remove(folder.ring)
            try Files.replace(folder.ring, with: bytes)
            try LogRings.recover(in: folder.path)
            var ticks: [UInt64] = []
            try SessionLogReader(session: folder.path).records { record, _ in
                if case .tick(let tick) = record { ticks.append(tick.command) }
            }
            #expect(ticks == Array(0..<taken), "call \(call)")
        }
    }

    @Test("A tick's numbers come out of the ring to the bit")
    func ticks() throws {
        for axes in [0, 1, 7, Capacity.axes] {
            for number in 0..<40 as Range<UInt64> {
                var tick = Samples.tick(number, axes: axes)
                if number % 7 == 0 { tick.origin = nil }
                if number % 5 == 0, axes > 0 { tick.measured[0] = -.nan }
                let bytes = UnsafeMutableRawBufferPointer.allocate(
                    byteCount: RingRecord.tickByteCount(axes: axes), alignment: 8)
                defer { bytes.deallocate() }
                var writer = ByteWriter(bytes)
                try RingRecord.write(tick, time: number, to: &writer)
                guard case .tick(let found, let time)? = RingRecord(writer.written) else {
                    Issue.record("no tick")
                    return
                }
                #expect(found == tick && time == number)
                for count in 0..<writer.written.count {
                    #expect(
                        RingRecord(UnsafeRawBufferPointer(rebasing: writer.written[..<count]))
                            == nil)
                }
            }
        }
    }
}
