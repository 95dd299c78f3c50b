import Embodiment
import Learning
import Neural
import Platform

@testable import Learning

/// Episodes that are there from the beginning.
final class ListedEpisodes: EpisodeSource {
    private var waiting: [Episode]

    init(_ episodes: [Episode]) { waiting = episodes }

    func nextEpisode() -> Episode? { waiting.isEmpty ? nil : waiting.removeFirst() }
}

/// Versions that were kept and that were taken leave of; read once the trainer's thread has ended.
final class SeenVersions: VersionSink {
    private(set) var kept: [(version: UInt32, weights: [Float], isDurable: Bool)] = []
    private(set) var retired: [(version: UInt32, hasActed: Bool)] = []
    /// Of a snapshot; where versions are to be read back.
    var layout = ParameterLayout()

    func keep(
        _ weights: UnsafeBufferPointer<Float>, version: UInt32, isDurable: Bool
    ) throws(PlatformError) {
        kept.append((version, Array(weights), isDurable))
    }

    func retire(version: UInt32, hasActed: Bool) { retired.append((version, hasActed)) }

    func content(of version: UInt32) throws(PlatformError) -> [UInt8] {
        guard var weights = kept.last(where: { $0.version == version })?.weights,
            weights.count == layout.count
        else { throw .endOfFile(path: "\(version)", expected: layout.count, found: 0) }
        return weights.withUnsafeMutableBufferPointer { buffer in
            buffer.baseAddress.map { Safetensors.encode(layout, parameters: $0) } ?? []
        }
    }
}
