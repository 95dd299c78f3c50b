import Embodiment
import Experience
import Neural
import Recipe

/// One stored transition, normalised, and where it stands.
struct ReferenceRow {
    var observation: [Double]
    var action: [Double]
    var nextObservation: [Double]
    var reward: Double
    var mask: Double
    var returnToGo: Double
    /// 0 for the offline store, 1 for the online one.
    var store: Int
    var id: Int
}

/// Draws and reads the rows of an update; `Learning/Algorithm.md` 1.3 and 5.1.
struct ReferenceRows {
    let offline: ReplayStore
    let online: ReplayStore?
    /// Mean and deviation of each scalar, and the limit in deviations.
    let mean: [Double]
    let deviation: [Double]
    let limit: Double

    /// Reads the normaliser from a learner's checkpoint.
    init(_ file: Safetensors, offline: ReplayStore, online: ReplayStore?) throws {
        self.offline = offline
        self.online = online
        let normaliser = try ReferenceTensors(file, prefix: "normaliser.")
        mean = normaliser["mean"]
        deviation = normaliser["deviation"]
        limit = normaliser["limit"][0]
    }

    /// The offline share of a batch of so many rows.
    func offlineRows(_ batch: Int, ratio: Double, mixing: PolicyMixing) -> Int {
        let (old, new) = (offline.count, online?.count ?? 0)
        switch mixing {
        case .fixed: return new == 0 ? batch : Int(Double(batch) * ratio)
        case .proportional: return Int(Double(old) / Double(old + new) * Double(batch))
        }
    }

    /// A batch: its offline rows first, none of a store's twice.
    func draw(_ batch: Int, offlineRows: Int, key: RandomKey) -> [ReferenceRow] {
        var rows = draw(offlineRows, of: offline, store: 0, key: key)
        if let online {
            let other = key.on(stream: key.stream + 1)
            rows += draw(batch - offlineRows, of: online, store: 1, key: other)
        }
        return rows
    }

    /// Floyd's method, with a set.
    private func draw(
        _ count: Int, of store: ReplayStore, store number: Int, key: RandomKey
    ) -> [ReferenceRow] {
        precondition(store.count >= count, "a case needs more rows than a batch")
        var taken: Set<Int> = []
        var rows: [ReferenceRow] = []
        for index in 0..<count {
            let last = store.count - count + index
            let drawn = key.uniformInt(below: last + 1, index: UInt64(index))
            let id = taken.contains(drawn) ? last : drawn
            taken.insert(id)
            rows.append(row(id, of: store, store: number))
        }
        return rows
    }

    /// One row, its action limited to the box and its observations normalised.
    func row(_ id: Int, of store: ReplayStore, store number: Int) -> ReferenceRow {
        let batch = Batch(
            capacity: 1, observationCount: store.observationCount, actionCount: store.actionCount)
        let view = batch.view
        return withExtendedLifetime(batch) {
            [Int32(id)].withUnsafeBufferPointer { store.gather(rows: $0, into: view) }
            func doubles(_ base: UnsafeMutablePointer<Float>, _ count: Int) -> [Double] {
                (0..<count).map { Double(base[$0]) }
            }
            return ReferenceRow(
                observation: normalised(doubles(view.observations, store.observationCount)),
                action: doubles(view.actions, store.actionCount).map { min(1, max(-1, $0)) },
                nextObservation: normalised(
                    doubles(view.nextObservations, store.observationCount)),
                reward: Double(view.rewards[0]), mask: Double(view.masks[0]),
                returnToGo: Double(view.returns[0]), store: number, id: id)
        }
    }

    private func normalised(_ observation: [Double]) -> [Double] {
        observation.indices.map {
            min(limit, max(-limit, (observation[$0] - mean[$0]) / deviation[$0]))
        }
    }
}
