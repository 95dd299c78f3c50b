import Experience
import Foundation
import Learning
import Platform
import Report

/// Everything a resume point keeps beside weights: one line of JSON that ends in its own checksum.
struct ResumeManifest: Sendable, Codable {
    /// A file beside the manifest.
    struct Part: Sendable, Equatable, Codable {
        var name: String
        var byteCount: Int
        var crc32: UInt32
    }

    /// Version of the program that wrote it.
    var hone = Version.text
    /// The stage in progress, and wall times; what was counted is in the log.
    var stage: StageClock.Reading
    /// When success was best.
    var watch: SuccessWatch
    /// The trainer's numbers.
    var trainer: TrainerState.Figures
    /// Version of the weights that acted last.
    var actingVersion: UInt32
    /// How long decisions took.
    var latency: LatencyHistogram
    /// The report so far.
    var report: SessionReport
    /// What the report is still to be given.
    var journal: SessionJournal.Collected
    /// The log so far.
    var log: LogPosition
    /// Bytes of `metrics.jsonl` so far.
    var metricsByteCount: UInt64
    /// A decision to be repeated; nil before there were weights.
    var probe: ProbeDecision?
    /// The robot's time, ns: in lockstep it goes on from there.
    var clockNanoseconds: UInt64
    /// The files of weights.
    var parts: [Part] = []
}

extension ResumeManifest {
    private static let checksumKey = ",\"crc32\":\""
    private static let tail = "\"}\n"

    /// The bytes of `manifest.json`.
    func encoded() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
        var bytes = Array(try encoder.encode(self))
        bytes.removeLast()
        let digits = CRC32.checksum(bytes).hexadecimal
        bytes += Array((Self.checksumKey + digits + Self.tail).utf8)
        return bytes
    }

    /// Reads `manifest.json`; any byte that is not what was written is an error.
    init(decoding bytes: [UInt8]) throws(ResumePointError) {
        let length = Self.checksumKey.utf8.count + 8 + Self.tail.utf8.count
        guard bytes.count > length else { throw .cutShort("manifest.json") }
        let body = bytes.dropLast(length)
        let digits = CRC32.checksum(Array(body)).hexadecimal
        let expected = Array((Self.checksumKey + digits + Self.tail).utf8)
        guard Array(bytes.suffix(length)) == expected else { throw .damaged("manifest.json") }
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
        do {
            self = try decoder.decode(ResumeManifest.self, from: Data(bytes))
        } catch { throw .otherVersion(JSONFault.words(of: error)) }
        guard isPlausible else { throw .damaged("manifest.json") }
    }

    /// More than any session counts.
    private static let most = 1 << 48

    /// Whether its numbers are such as a session comes to: whoever goes on counts on from them.
    private var isPlausible: Bool {
        let counters = trainer.counters
        let refusals = counters.refusals ?? []
        let counts = [
            counters.episodes, counters.transitions, counters.criticUpdates,
            counters.policyUpdates, counters.refused, counters.debt, counters.unwritten ?? 0,
            counters.leftOut ?? 0, trainer.taken, log.part, report.samplesDropped,
        ]
        let amounts = [
            stage.stageSeconds, stage.wallSeconds, stage.learnerSeconds ?? 0, trainer.criticDebt,
            trainer.policyDebt,
        ]
        return (counts + refusals.map(\.count)).allSatisfy { (0...Self.most).contains($0) }
            && Set(refusals.map(\.cause)).count == refusals.count
            && [counters.version, trainer.publishedVersion, actingVersion].allSatisfy {
                $0 <= VersionFolder.mostVersions
            }
            && amounts.allSatisfy { (0...Double(Self.most)).contains($0) }
            && [log.byteCount, metricsByteCount, clockNanoseconds].allSatisfy {
                $0 <= UInt64.max / 4
            }
    }
}
