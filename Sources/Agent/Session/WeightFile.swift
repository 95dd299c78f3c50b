import Foundation
import Neural
import Platform

/// Weights on disk: `weights/<version>.safetensors`, every version that acted.
enum WeightFile {
    /// Writes one version; a failure is counted by its absence, never a reason to stop the robot.
    ///
    /// - Parameter isDurable: false does not wait for the disk; `settle` then follows.
    static func write(
        _ weights: UnsafeBufferPointer<Float>, layout: ParameterLayout, version: UInt32,
        into directory: SessionDirectory, isDurable: Bool = true
    ) {
        guard let base = weights.baseAddress else { return }
        let bytes = Safetensors.encode(
            layout, parameters: base, metadata: [(key: "hone.version", value: "\(version)")])
        try? Files.replace(
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

    /// The newest checkpoint of a session directory, or the file that `path` names.
    static func read(_ path: String) throws -> (file: String, bytes: [UInt8]) {
        let file: String
        if path.hasSuffix(".safetensors") {
            file = path
        } else {
            let folder = path + "/checkpoints"
            let names = ((try? Files.list(folder)) ?? []).map(\.name)
                .filter { $0.hasSuffix(".safetensors") }.sorted()
            guard let last = names.last else { throw SessionError.noWeights(path) }
            file = folder + "/" + last
        }
        do throws(PlatformError) {
            return (file, try Files.read(file, limit: byteLimit))
        } catch { throw SessionError.unreadable("\(error)") }
    }
}
