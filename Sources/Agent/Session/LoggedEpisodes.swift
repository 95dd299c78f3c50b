import Embodiment
import Experience
import Learning

/// The episodes of a session's log: those of earlier processes, then each as soon as it is on the disk.
///
/// Filled by the session before the trainer's thread starts, emptied by the thread that trains.
final class LoggedEpisodes: EpisodeSource {
    private let recorder: Recorder
    private var earlier: [Episode] = []
    private var taken = 0

    /// - Parameter recorder: writes this process' part of the log.
    init(_ recorder: Recorder) { self.recorder = recorder }

    /// Puts episodes of earlier processes behind those that wait.
    func fill(_ episodes: some Sequence<Episode>) { earlier.append(contentsOf: episodes) }

    func nextEpisode() -> Episode? {
        guard taken < earlier.count else { return recorder.takeDurableEpisode() }
        taken += 1
        return earlier[taken - 1]
    }
}
