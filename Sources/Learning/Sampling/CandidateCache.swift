import Experience
import Neural

/// Base-policy candidates of stored rows, kept until the policy has moved on.
///
/// Two sets per row: at its observation and at its next observation. An entry is tagged with the
/// policy version that drew it and with the row's serial number, so that a row that was overwritten
/// or a policy that is too new makes it stale. Learner's thread; shards read between refreshes.
/// Memory is reserved for the store's capacity at first use and touched only as rows are drawn.
final class CandidateCache {
    /// Candidates per set, N.
    let candidateCount: Int
    let chunkCount: Int
    private var capacity = 0
    /// Row r's set at its observation in slot 2r, at its next one in 2r + 1: [2·capacity, N·A].
    private var candidates: UnsafeMutablePointer<Float>?
    /// What a slot's set was drawn for and by, each [2·capacity].
    private var serials: UnsafeMutablePointer<UInt64>?
    private var versions: UnsafeMutablePointer<Int64>?

    init(candidateCount: Int, chunkCount: Int) {
        self.candidateCount = candidateCount
        self.chunkCount = chunkCount
    }

    deinit { free() }

    private func free() {
        candidates?.deallocate()
        serials?.deallocate()
        versions?.deallocate()
    }

    /// Floats of one set.
    var setCount: Int { candidateCount * chunkCount }

    /// Makes room for a store; forgets everything when the capacity is another.
    func reserve(capacity wanted: Int) {
        guard wanted != capacity else { return }
        free()
        capacity = wanted
        candidates = .allocate(capacity: max(1, wanted * 2 * setCount))
        let serials = UnsafeMutablePointer<UInt64>.allocate(capacity: 2 * wanted)
        serials.initialize(repeating: .max, count: 2 * wanted)
        let versions = UnsafeMutablePointer<Int64>.allocate(capacity: 2 * wanted)
        versions.initialize(repeating: .min / 2, count: 2 * wanted)
        self.serials = serials
        self.versions = versions
    }

    /// How many policy versions old a set is; nil when there is none for this row.
    func age(row: Int, isNext: Bool, serial: UInt64, version: Int) -> Int? {
        guard let serials, let versions else { return nil }
        let slot = 2 * row + (isNext ? 1 : 0)
        guard serials[slot] == serial else { return nil }
        return version - Int(versions[slot])
    }

    /// Tags a set as drawn now and returns where its candidates go.
    func renew(
        row: Int, isNext: Bool, serial: UInt64, version: Int
    ) -> UnsafeMutablePointer<Float>? {
        let slot = 2 * row + (isNext ? 1 : 0)
        serials?[slot] = serial
        versions?[slot] = Int64(version)
        return set(row: row, isNext: isNext)
    }

    /// A set's candidates, [N, A].
    func set(row: Int, isNext: Bool) -> UnsafeMutablePointer<Float>? {
        guard let candidates else { return nil }
        return candidates + (2 * row + (isNext ? 1 : 0)) * setCount
    }

    /// A set that is there and may still be used.
    struct Entry {
        /// 2 · row, and 1 more for the row's next observation.
        var slot: Int
        /// Policy versions that it is behind.
        var age: Int
    }

    /// The sets of a store's present rows that are at most `maximumAge` versions old; allocates.
    func entries(of store: ReplayStore, version: Int, maximumAge: Int) -> [Entry] {
        var found: [Entry] = []
        for row in 0..<min(store.count, capacity) {
            let serial = store.serial(ofRow: row)
            for end in 0..<2 {
                let age = age(row: row, isNext: end == 1, serial: serial, version: version)
                if let age, age <= maximumAge { found.append(Entry(slot: 2 * row + end, age: age)) }
            }
        }
        return found
    }

    /// Forgets everything: the weights were replaced.
    func forget() {
        guard let serials else { return }
        serials.update(repeating: .max, count: 2 * capacity)
    }
}
