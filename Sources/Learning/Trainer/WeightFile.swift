import Experience
import Foundation
import Neural
import Platform

/// Weights on disk: `weights/<version>.safetensors`, every version that acted.
public enum WeightFile {
    /// Writes one version, in one step.
    ///
    /// - Parameter isDurable: false does not wait for the disk; `settle` then follows.
    /// - Throws: what the disk said: these weights must not act then, for nothing they did could be replayed.
    public static func write(
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
    public static func settle(version: UInt32, in directory: SessionDirectory, isKept: Bool) {
        let path = path(of: version, in: directory)
        if isKept { try? Files.synchronise(path) } else { try? Files.remove(path) }
    }

    /// Reads one version back.
    ///
    /// - Parameter weights: overwritten, as many floats as the layout has.
    /// - Throws: `PlatformError` or `SafetensorsError`.
    public static func read(
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
