import Models
import Neural

extension Learner {
    /// The whole state as a safetensors file: weights, averages, moments, normaliser and counters.
    ///
    /// Allocates; between updates only.
    public func checkpoint() -> [UInt8] {
        let sections = checkpointArenas.map {
            Safetensors.Section($0.layout, $0.arena.base, prefix: $0.prefix)
        }
        let metadata =
            counters.map { (key: $0.key, value: String($0.value)) }
            + [(key: Self.normaliserKey, value: normaliser.fingerprint)] + labels
        return WeightFile.encode(sections, metadata: metadata)
    }

    /// The metadata that names the normaliser.
    static let normaliserKey = "hone.normaliser"

    /// Takes up a checkpoint's whole state, or none of it.
    ///
    /// Allocates; between updates only. Cached candidates are forgotten: `restoreCandidates` brings
    /// them back.
    public func restore(_ bytes: [UInt8]) throws(LearningError) {
        let file: Safetensors
        do { file = try WeightFile.decode(bytes) } catch { throw .unreadable(error) }
        var values: [Int] = []
        for counter in counters {
            let text = file.text(counter.key)
            guard let text, let value = Int(text), value >= 0 else {
                throw .badCounter(key: counter.key, found: text)
            }
            values.append(value)
        }
        var staged: [Arena] = []
        for place in checkpointArenas {
            let arena = Arena(count: place.layout.count)
            do {
                try file.copy(place.layout, prefix: place.prefix, into: arena.base)
            } catch { throw .unreadable(error) }
            guard VectorMath.allFinite(arena.base, count: arena.count) else {
                throw .notFinite(tensor: place.prefix)
            }
            staged.append(arena)
        }
        // Networks read what their normaliser made of the numbers: with another one they are other networks.
        let found = Normaliser.fingerprint(of: staged[0])
        if let recorded = file.text(Self.normaliserKey), recorded != found {
            throw .otherNormaliser(recorded: recorded, found: found)
        }
        for (place, arena) in zip(checkpointArenas, staged) { place.arena.copy(from: arena) }
        imitationUpdates = values[0]
        criticUpdates = values[1]
        policyUpdates = values[2]
        policy.state.step = values[3]
        criticWeights.step = values[4]
        valueWeights?.step = values[5]
        if let editor { editor.weights.step = values[6] }
        policy.state.changed()
        candidates.forget()
    }

    /// Counters in a fixed order.
    private var counters: [(key: String, value: Int)] {
        [
            ("imitation_updates", imitationUpdates), ("critic_updates", criticUpdates),
            ("policy_updates", policyUpdates), ("policy_step", policy.state.step),
            ("critic_step", criticWeights.step), ("value_step", valueWeights?.step ?? 0),
        ] + (editor.map { [("edit_step", $0.weights.step)] } ?? [])
    }

    /// Everything that is kept, with the prefix of its tensors' names.
    private var checkpointArenas: [(prefix: String, layout: ParameterLayout, arena: Arena)] {
        let layout = Normaliser.layout(
            observationCount: observationCount, actionCount: actionCount)
        var places = [(prefix: "normaliser.", layout: layout, arena: normaliser.arena)]
        for entry in policy.state.groups {
            places.append(("policy.\(entry.name).", entry.layout, entry.arena))
        }
        for entry in NamedTensors(criticWeights).groups {
            places.append(("critic.\(entry.name).", entry.layout, entry.arena))
        }
        for entry in valueWeights.map({ NamedTensors($0).groups }) ?? [] {
            places.append(("value.\(entry.name).", entry.layout, entry.arena))
        }
        for entry in editor.map({ NamedTensors($0.weights).groups }) ?? [] {
            places.append(("edit.\(entry.name).", entry.layout, entry.arena))
        }
        return places
    }
}
