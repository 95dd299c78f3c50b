import Foundation
import Learning
import Platform

/// A moment that an interrupted session can be resumed from: `checkpoints/resume-NNNNNN/`.
///
/// A directory of safetensors files and a manifest with the size and checksum of each. It comes into
/// being in one step: written aside, every file synced, renamed, read back and compared. Used by the
/// process that holds the session's lock.
struct ResumePoint: Sendable {
    /// Everything but the weights.
    var manifest: ResumeManifest
    /// The trainer.
    var state: TrainerState

    /// Points that are kept: an older one serves when the disk has damaged the newest.
    static let kept = 3
    private static let prefix = "resume-"
    private static let aside = ".resume-new"
    private static let mostNumber = 1_000_000_000
    private static let manifestName = "manifest.json"
    private static let learnerName = "learner.safetensors"
    private static let manifestLimit = 256 << 20
    private static let names = ["learner", "candidates", "published", "kept"].map {
        "\($0).safetensors"
    }

    /// The weights' files by name.
    private var files: [(name: String, bytes: [UInt8])] {
        [
            ("learner", state.learner), ("candidates", state.candidates),
            ("published", state.published), ("kept", state.kept),
        ].compactMap { name, bytes in bytes.map { ("\(name).safetensors", $0) } }
    }

    /// Writes it as the newest of `folder` and lets the oldest go.
    mutating func write(into folder: String) throws(ResumePointError) {
        manifest.parts = files.map {
            ResumeManifest.Part(
                name: $0.name, byteCount: $0.bytes.count, crc32: CRC32.checksum($0.bytes))
        }
        let text: [UInt8]
        do { text = try manifest.encoded() } catch {
            throw .cannotEncode(JSONFault.words(of: error))
        }
        let number = (Self.numbers(in: folder).last ?? 0) + 1
        let path = Self.path(in: folder, number: number)
        let aside = "\(folder)/\(Self.aside)"
        // What a killed process left half written.
        Self.remove(aside)
        do throws(PlatformError) {
            try Files.makeOwnDirectory(aside)
            for file in files + [(name: Self.manifestName, bytes: text)] {
                let descriptor = try FileDescriptor(opening: "\(aside)/\(file.name)", .create)
                try descriptor.write(file.bytes)
                try descriptor.sync()
                try descriptor.close()
            }
            try Files.syncDirectory(aside)
            try Files.move(aside, to: path)
        } catch {
            Self.remove(aside)
            throw .unreadable(error)
        }
        let found = try ResumePoint(reading: path)
        let again: [UInt8]
        do { again = try found.manifest.encoded() } catch {
            throw .cannotEncode(JSONFault.words(of: error))
        }
        guard found.state == state, again == text else { throw .damaged(path) }
        for old in Self.numbers(in: folder).dropLast(Self.kept) {
            Self.remove(Self.path(in: folder, number: old))
        }
    }

    /// Reads one; anything that is not what was written is an error.
    init(reading path: String) throws(ResumePointError) {
        let text: [UInt8]
        do throws(PlatformError) {
            text = try Files.read(
                "\(path)/\(Self.manifestName)", limit: Self.manifestLimit, .record)
        } catch { throw .unreadable(error) }
        let manifest = try ResumeManifest(decoding: text)
        var found: [String: [UInt8]] = [:]
        for part in manifest.parts {
            // No other file is read, whatever the manifest says, and none twice.
            guard Self.names.contains(part.name), found[part.name] == nil else {
                throw .damaged(Self.manifestName)
            }
            let bytes: [UInt8]
            do throws(PlatformError) {
                bytes = try Files.read(
                    "\(path)/\(part.name)", limit: CheckpointFile.byteLimit, .record)
            } catch { throw .unreadable(error) }
            guard bytes.count == part.byteCount else { throw .cutShort(part.name) }
            guard CRC32.checksum(bytes) == part.crc32 else { throw .damaged(part.name) }
            found[part.name] = bytes
        }
        guard let learner = found[Self.learnerName],
            let candidates = found["candidates.safetensors"]
        else { throw .damaged(Self.manifestName) }
        self.manifest = manifest
        state = TrainerState(
            figures: manifest.trainer, learner: learner, candidates: candidates,
            published: found["published.safetensors"], kept: found["kept.safetensors"])
    }

    /// A point of these parts.
    init(manifest: ResumeManifest, state: TrainerState) {
        self.manifest = manifest
        self.state = state
    }

    /// The newest point of `folder` that is whole; nil when the session was interrupted before its first.
    ///
    /// - Throws: `ResumeRefusal.points` when there are some and none is whole.
    static func newest(in folder: String) throws(ResumeRefusal) -> ResumePoint? {
        try findNewest(in: folder)?.point
    }

    /// The learner of that point, as a checkpoint has it, with its file and its critic updates.
    ///
    /// - Throws: as `newest`.
    static func newestLearner(
        in folder: String
    ) throws(ResumeRefusal) -> (file: String, updates: Int, bytes: [UInt8])? {
        guard let (path, point) = try findNewest(in: folder) else { return nil }
        return (
            "\(path)/\(learnerName)", point.manifest.trainer.counters.criticUpdates,
            point.state.learner
        )
    }

    private static func findNewest(
        in folder: String
    ) throws(ResumeRefusal) -> (path: String, point: ResumePoint)? {
        var reasons: [String] = []
        for number in numbers(in: folder).reversed() {
            let path = path(in: folder, number: number)
            do throws(ResumePointError) {
                return (path, try ResumePoint(reading: path))
            } catch { reasons.append("\(path): \(error)") }
        }
        guard reasons.isEmpty else { throw .points(reasons) }
        return nil
    }

    /// Removes every point: the session is over.
    static func removeAll(in folder: String) {
        for number in numbers(in: folder) { remove(path(in: folder, number: number)) }
    }

    private static func path(in folder: String, number: Int) -> String {
        folder + "/" + prefix + number.padded(to: 6)
    }

    /// Numbers of the points that were completed, ascending.
    private static func numbers(in folder: String) -> [Int] {
        ((try? Files.list(folder)) ?? []).compactMap { entry in
            guard entry.isDirectory, entry.name.hasPrefix(prefix) else { return nil }
            return Int(entry.name.dropFirst(prefix.count))
        }.filter { (0..<mostNumber).contains($0) }.sorted()
    }

    private static func remove(_ path: String) { try? FileManager.default.removeItem(atPath: path) }
}
