import Embodiment

/// Episodes of earlier processes that the trainer has yet to take, in the order they were lived.
///
/// Filled by the session before the trainer's thread starts, emptied by the thread that trains.
final class EpisodeBacklog {
    private var waiting: [Episode] = []
    private var taken = 0

    /// Puts episodes behind those that wait.
    func fill(_ episodes: some Sequence<Episode>) { waiting.append(contentsOf: episodes) }

    /// The next, or nil.
    func next() -> Episode? {
        guard taken < waiting.count else { return nil }
        taken += 1
        return waiting[taken - 1]
    }
}
