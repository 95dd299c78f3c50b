import Embodiment
import Experience
import Platform

/// Which episodes the sessions hold that were named as data, so that none counts double under another name.
///
/// By every bit of what was observed and done, whatever its number, outcome or labels: a copy is found wherever it lies.
/// A value.
struct KnownEpisodes {
    private struct Content: Hashable {
        var steps: Int
        var observed: UInt32
        var done: UInt32
    }

    private var places: [Content: (path: String, number: UInt32)] = [:]
    private var doubles: (first: String, count: Int)?

    /// Why the newest session cannot be taken beside the others; nil where it can.
    var complaint: String? {
        doubles.map { first, count in
            let more = count > 1 ? ", and so are \(count - 1) more of its episodes" : ""
            return "\(first)\(more): they would count double; name one of the two"
        }
    }

    /// Takes an episode as it was recorded.
    mutating func note(_ episode: Episode, of path: String) {
        var (observed, done) = (CRC32(), CRC32())
        for step in episode.transitions {
            step.observation.values.withUnsafeBytes { observed.update($0) }
            step.executed.values.withUnsafeBytes { done.update($0) }
        }
        let content = Content(
            steps: episode.transitions.count, observed: observed.value, done: done.value)
        guard let other = places[content] else {
            places[content] = (path, episode.number)
            return
        }
        guard other.path != path else { return }
        let first =
            "its episode \(episode.number) is to the bit episode \(other.number) of \(other.path.printable)"
        doubles = (doubles?.first ?? first, (doubles?.count ?? 0) + 1)
    }
}
