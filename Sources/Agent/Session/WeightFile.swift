import Experience
import Foundation
import Neural
import Platform

/// Weights on disk: `weights/<version>.safetensors`, every version that acted.
enum WeightFile {
    /// Writes one version, in one step.
    ///
    /// - Parameter isDurable: false does not wait for the disk; `settle` then follows.
    /// - Throws: what the disk said: these weights must not act then, for nothing they did could be replayed.
    static func write(
        _ weights: UnsafeBufferPointer<Float>, layout: ParameterLayout, version: UInt32,
        into directory: SessionDirectory, isDurable: Bool = true
    ) throws(PlatformError) {
        guard let base = weights.baseAddress else { return }
        let bytes = Safetensors.encode(
            layout, parameters: base, metadata: [(key: "hone.version", value: "\(version)")])
        try Files.replace(
            path(of: version, in: directory), with: bytes, isDurable: isDurable)
    }

    /// Waits for the disk to have a version that acted; removes one that never will.
    static func settle(version: UInt32, in directory: SessionDirectory, isKept: Bool) {
        let path = path(of: version, in: directory)
        if isKept { try? Files.synchronise(path) } else { try? Files.remove(path) }
    }

    /// Reads one version back.
    ///
    /// - Parameter weights: overwritten, as many floats as the layout has.
    /// - Throws: `PlatformError` or `SafetensorsError`.
    static func read(
        version: UInt32, from directory: SessionDirectory, layout: ParameterLayout,
        into weights: UnsafeMutablePointer<Float>
    ) throws {
        let bytes = try Files.read(
            path(of: version, in: directory), limit: CheckpointFile.byteLimit)
        try Safetensors.decode(bytes).copy(layout, into: weights)
    }

    private static func path(of version: UInt32, in directory: SessionDirectory) -> String {
        let name = String(format: "%06d.safetensors", version)
        return directory.weights.appendingPathComponent(name).path
    }
}

/// The learner's whole state on disk: `checkpoints/<critic updates>.safetensors`.
enum CheckpointFile {
    /// Largest file that is read.
    static let byteLimit = 2 << 30

    /// Writes a checkpoint in one step.
    static func write(_ bytes: [UInt8], updates: Int, into directory: SessionDirectory) throws {
        let name = String(format: "%09d.safetensors", updates)
        try Files.replace(directory.checkpoints.appendingPathComponent(name).path, with: bytes)
    }

    /// The newest learner of a session directory, or the file that `path` names.
    ///
    /// What was killed may have learned more since its last checkpoint: the newest of its resume
    /// points then has the learner, as a checkpoint does.
    /// - Throws: `SessionError` where there is none, and where there are points and none is whole.
    static func read(_ path: String) throws -> (file: String, bytes: [UInt8]) {
        guard !path.hasSuffix(".safetensors") else { return (path, try content(of: path)) }
        let folder = path + "/checkpoints"
        let last = ((try? Files.list(folder)) ?? []).map(\.name)
            .filter { $0.hasSuffix(".safetensors") }.max()
        let updates = last.flatMap { name in Int(name.prefix { $0 != "." }) } ?? -1
        do throws(ResumeRefusal) {
            if let point = try ResumePoint.newestLearner(in: folder), point.updates > updates {
                return (point.file, point.bytes)
            }
        } catch {
            throw SessionError.unreadable(
                "which weights of \(path) are the newest cannot be told: \(error); or name one of "
                    + "the files in \(folder)")
        }
        guard let last else { throw SessionError.noWeights(path) }
        return (folder + "/" + last, try content(of: folder + "/" + last))
    }

    /// The session that a file of weights lies in: in a folder of it, or in a resume point.
    static func session(of file: String) -> SessionDirectory? {
        var folder = URL(fileURLWithPath: file).deletingLastPathComponent()
        for _ in 0..<2 {
            folder.deleteLastPathComponent()
            let directory = SessionDirectory(existing: folder)
            if Files.exists(directory.session.path) { return directory }
        }
        return nil
    }

    private static func content(of file: String) throws(SessionError) -> [UInt8] {
        do throws(PlatformError) { return try Files.read(file, limit: byteLimit) } catch {
            throw .unreadable("\(error)")
        }
    }
}
