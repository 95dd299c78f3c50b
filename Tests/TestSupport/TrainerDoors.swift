import Embodiment
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

    func keep(
        _ weights: UnsafeBufferPointer<Float>, version: UInt32, isDurable: Bool
    ) throws(PlatformError) {
        kept.append((version, Array(weights), isDurable))
    }

    func retire(version: UInt32, hasActed: Bool) { retired.append((version, hasActed)) }
}
