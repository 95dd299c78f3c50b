import Embodiment
import Experience
import Models
import Neural
import Platform

/// Everything a trainer is at one moment, so that another process can go on from there.
///
/// A value; made by the thread that trains.
public struct TrainerState: Sendable, Equatable {
    /// The numbers beside the weights.
    public struct Figures: Sendable, Equatable, Codable {
        /// What it has done.
        public var counters: TrainerCounters
        /// Updates owed, with their fractions.
        public var criticDebt: Double
        /// See `criticDebt`.
        public var policyDebt: Double
        /// Norm of the last networks that passed the gate; nil before the first, and in older points, where the
        /// normaliser had a part in it.
        public var networkNorm: Double?
        /// Version of the weights that act next; 0 for none.
        public var publishedVersion: UInt32
        /// Episodes of the session's log that it has taken, of every kind.
        public var taken: Int
        /// What the stores held.
        public var offline: Store
        /// See `offline`.
        public var online: Store
    }

    /// What a store held, in what order.
    public struct Store: Sendable, Equatable, Codable, CustomStringConvertible {
        /// Episodes admitted.
        public var episodes: Int
        /// Rows admitted.
        public var rows: UInt64
        /// CRC-32 of the rows in order.
        public var checksum: UInt32

        init(_ store: ReplayStore) {
            episodes = store.episodes
            rows = store.admittedRows
            checksum = store.checksum
        }

        /// For a person who has to put something back.
        public var description: String {
            "\(episodes) episodes of \(rows) steps with checksum \(String(checksum, radix: 16))"
        }
    }

    /// The numbers.
    public var figures: Figures
    /// The learner's whole state.
    public var learner: [UInt8]
    /// The base policy's cached candidates.
    public var candidates: [UInt8]
    /// The weights that act next; nil before the first.
    public var published: [UInt8]?
    /// The learner's state to roll back to.
    public var kept: [UInt8]?

    /// What a resume point has kept.
    public init(
        figures: Figures, learner: [UInt8], candidates: [UInt8], published: [UInt8]?,
        kept: [UInt8]?
    ) {
        self.figures = figures
        self.learner = learner
        self.candidates = candidates
        self.published = published
        self.kept = kept
    }
}

extension Trainer {
    /// Everything it is; between updates, on the thread that trains.
    func makeState() -> TrainerState {
        let figures = TrainerState.Figures(
            counters: local, criticDebt: criticDebt, policyDebt: policyDebt,
            networkNorm: gate.norm, publishedVersion: publishedVersion, taken: taken,
            offline: TrainerState.Store(offline), online: TrainerState.Store(online))
        var weights = inherited
        if weights == nil, publishedVersion > 0 {
            weights = try? sink.content(of: publishedVersion)
        }
        return TrainerState(
            figures: figures, learner: learner.checkpoint(),
            candidates: learner.candidateCheckpoint(offline: offline, online: online),
            published: weights, kept: kept)
    }

    /// Becomes what another trainer was, all of it or an error; before anything moves.
    ///
    /// - Parameters:
    ///   - lived: the session's episodes in the order of its log; the first `taken` of them fill the
    ///     stores, which hold the offline data already.
    ///   - newest: the highest version of weights that has ever acted: numbers go on behind it.
    public func resume(
        from state: TrainerState, lived: [Episode], newest: UInt32
    ) throws(TrainerMismatch) {
        let figures = state.figures
        guard lived.count >= figures.taken else {
            throw .log(expected: figures.taken, found: lived.count)
        }
        for episode in lived.prefix(figures.taken) { _ = admit(episode) }
        for (name, expected, store) in [
            ("offline", figures.offline, offline), ("online", figures.online, online),
        ] where TrainerState.Store(store) != expected {
            throw .store(
                name: name, expected: expected.description,
                found: TrainerState.Store(store).description)
        }
        do throws(LearningError) {
            try learner.restore(state.learner)
            try learner.restoreCandidates(state.candidates, offline: offline, online: online)
        } catch { throw .weights("\(error)") }
        guard learner.checkpoint() == state.learner else {
            throw .weights("the learner differs from its checkpoint after it was restored")
        }
        if figures.publishedVersion > 0 { try publishAgain(state.published) }
        local = figures.counters
        local.version = max(local.version, newest)
        publishedVersion = figures.publishedVersion
        criticDebt = figures.criticDebt
        policyDebt = figures.policyDebt
        gate = WeightGate(layout: learner.snapshotLayout, norm: figures.networkNorm)
        taken = figures.taken
        kept = state.kept
        sound = (state.learner, isOnline)
        if publishedVersion > 0 {
            inherited = state.published
            slot.offer(version: publishedVersion)
        }
        share()
    }

    /// Writes the weights that act next once more, as they were: a machine that lost power may have lost their file.
    ///
    /// After `resume`, once the session has checked the rest as well.
    public func writePublished() throws(PlatformError) {
        guard let inherited else { return }
        let layout = learner.snapshotLayout.layout
        let weights = Arena(count: layout.count)
        // `resume` has read them already.
        guard (try? WeightFile.decode(inherited).copy(layout, into: weights.base)) != nil else {
            return
        }
        try sink.keep(
            UnsafeBufferPointer(weights.buffer), version: publishedVersion, isDurable: true)
        self.inherited = nil
    }

    /// Puts the weights that acted into the slot's draft.
    private func publishAgain(_ bytes: [UInt8]?) throws(TrainerMismatch) {
        guard let bytes, let base = slot.draft.baseAddress else {
            throw .weights("the weights that acted were not saved")
        }
        do throws(SafetensorsError) {
            try WeightFile.decode(bytes).copy(learner.snapshotLayout.layout, into: base)
        } catch { throw .weights("\(error)") }
    }
}
