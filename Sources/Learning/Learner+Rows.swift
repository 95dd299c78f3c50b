import Experience
import Models
import Neural
import Recipe

extension Learner {
    /// The gathered rows of one update: views into the learner's batch.
    struct Gathered {
        /// As the critic sees them.
        let rows: CriticRows
        /// What the policy saw before them and after, [B, O] each.
        let seen: Matrix
        let seenAfter: Matrix
        /// What was executed from them on, [B, H·A], and which steps of it were there, [B, H]; nil for all.
        let chunks: Matrix
        let present: Matrix?
        let origin: CandidateSource.Origin
    }

    /// Draws and gathers rows, normalises observations and actions, and clips actions to the policy's −1…1.
    ///
    /// - Parameters:
    ///   - count: B.
    ///   - offlineCount: how many of them come from `offline`; they are the first.
    func gather(
        _ count: Int, offline: ReplayStore, online: ReplayStore?, offlineCount: Int,
        key: RandomKey
    ) -> Gathered {
        draw(offlineCount, from: offline, sampler: 0, key: key, at: 0)
        if let online, offlineCount < count {
            draw(
                count - offlineCount, from: online, sampler: 1,
                key: key.on(stream: key.stream &+ 1), at: offlineCount)
        }
        let view = batch.view
        let steps = count * settings.chunk.horizon
        normaliser.normalise(
            actions: Matrix(view.actions, rows: steps, columns: actionCount))
        VectorMath.clamp(view.actions, count: steps * actionCount, low: -1, high: 1)
        normaliser.apply(to: windows.seen(count))
        normaliser.apply(to: windows.seenAfter(count))
        windows.fill(count)
        let origin = CandidateSource.Origin(
            offline: offline, online: online, offlineRows: offlineCount, rowIDs: view.rowIDs)
        return Gathered(
            rows: windows.criticRows(count), seen: windows.seen(count),
            seenAfter: windows.seenAfter(count), chunks: windows.chunks(count),
            present: windows.present(count), origin: origin)
    }

    private func draw(
        _ count: Int, from store: ReplayStore, sampler: Int, key: RandomKey, at offset: Int
    ) {
        guard count > 0 else { return }
        precondition(store.count > 0, "an update needs stored rows")
        samplers[sampler].grow(to: store.capacity)
        samplers[sampler].draw(count, below: store.count, key: key, into: rowIDs + offset)
        store.gather(
            rows: UnsafeBufferPointer(start: rowIDs + offset, count: count), into: batch.view,
            at: offset)
    }

    /// Offline rows of a critic batch.
    func criticOfflineRows(_ offline: ReplayStore, _ online: ReplayStore?) -> Int {
        Mixing.offlineRows(
            batch: settings.critic.batchSize, ratio: settings.schedule.mixingRatio,
            offline: offline.count, online: online?.count ?? 0)
    }

    /// Offline rows of a policy batch.
    func policyOfflineRows(_ offline: ReplayStore, _ online: ReplayStore?) -> Int {
        let onlineCount = online?.count ?? 0
        switch settings.schedule.policyMixing {
        case .fixed:
            return Mixing.offlineRows(
                batch: settings.policyTraining.batchSize, ratio: settings.schedule.mixingRatio,
                offline: offline.count, online: onlineCount)
        case .proportional:
            return Mixing.proportionalOfflineRows(
                batch: settings.policyTraining.batchSize, offline: offline.count,
                online: onlineCount)
        }
    }
}
