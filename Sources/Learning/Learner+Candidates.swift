import Experience
import Models
import Neural

/// The base policy's cached candidates on disk.
///
/// They were drawn by policies that no longer exist, so a learner that is to go on exactly as it
/// would have needs them beside its checkpoint.
extension Learner {
    private static let storeNames = ["offline", "online"]

    /// The cached candidates that may still be used, as a safetensors file.
    ///
    /// Per store `slots` [n] (2 · row, and 1 more for the next observation), `ages` [n] in policy
    /// versions and `sets` [n, N · A]. Allocates; between updates only.
    public func candidateCheckpoint(offline: ReplayStore, online: ReplayStore) -> [UInt8] {
        var arenas: [Arena] = []
        var sections: [Safetensors.Section] = []
        for (index, store) in [offline, online].enumerated() {
            let cache = candidates.caches[index]
            let entries = cache.entries(
                of: store, version: policyVersion, maximumAge: candidates.maximumAge)
            guard !entries.isEmpty else { continue }
            let layout = layout(of: entries.count)
            let arena = Arena(count: layout.count)
            // Each [n]; then the sets, [n, N·A].
            let slots = arena.base
            let ages = slots + entries.count
            let sets = ages + entries.count
            for (place, entry) in entries.enumerated() {
                slots[place] = Float(entry.slot)
                ages[place] = Float(entry.age)
                let set = cache.set(row: entry.slot / 2, isNext: entry.slot & 1 == 1)
                if let set {
                    (sets + place * cache.setCount).update(from: set, count: cache.setCount)
                }
            }
            arenas.append(arena)
            sections.append(
                Safetensors.Section(layout, arena.base, prefix: "\(Self.storeNames[index])."))
        }
        return withExtendedLifetime(arenas) { WeightFile.encode(sections) }
    }

    /// Takes up cached candidates after `restore`, when the stores hold what they held; all or none.
    ///
    /// Allocates; between updates only.
    public func restoreCandidates(
        _ bytes: [UInt8], offline: ReplayStore, online: ReplayStore
    ) throws(LearningError) {
        let file: Safetensors
        do { file = try WeightFile.decode(bytes) } catch { throw .unreadable(error) }
        candidates.forget()
        weigh(online)
        do throws(LearningError) {
            for (index, store) in [offline, online].enumerated() {
                try restore(file, of: store, to: candidates.caches[index], named: index)
            }
        } catch {
            candidates.forget()
            throw error
        }
    }

    private func layout(of count: Int) -> ParameterLayout {
        var layout = ParameterLayout()
        layout.add("slots", [count])
        layout.add("ages", [count])
        layout.add("sets", [count, candidates.caches[0].setCount])
        return layout
    }

    private func restore(
        _ file: Safetensors, of store: ReplayStore, to cache: CandidateCache, named index: Int
    ) throws(LearningError) {
        let prefix = "\(Self.storeNames[index])."
        guard let count = file.tensor(prefix + "slots")?.count else { return }
        let layout = layout(of: count)
        // Slots [n], ages [n], sets [n, N·A], one behind the other.
        let arena = Arena(count: layout.count)
        do {
            try file.copy(layout, prefix: prefix, into: arena.base)
        } catch { throw .unreadable(error) }
        guard VectorMath.allFinite(arena.base, count: arena.count) else {
            throw .notFinite(tensor: prefix)
        }
        cache.reserve(capacity: store.capacity)
        for place in 0..<count {
            guard let slot = Int(exactly: arena.base[place]), slot >= 0, slot < 2 * store.count,
                let age = Int(exactly: arena.base[count + place]), age >= 0
            else { throw .foreignCandidates(tensor: prefix) }
            let target = cache.renew(
                row: slot / 2, isNext: slot & 1 == 1, serial: store.serial(ofRow: slot / 2),
                version: policyVersion - age)
            let set = 2 * count + place * cache.setCount
            for index in 0..<cache.setCount { target?[index] = arena.base[set + index] }
        }
    }
}
