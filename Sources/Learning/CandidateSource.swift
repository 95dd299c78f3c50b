import Experience
import Models
import Neural

/// The rows of a batch: where they came from, and the base policy's candidates at them.
///
/// Owned by the learner; its thread draws rows and renews the caches, its workers sample.
final class CandidateSource {
    /// Rows there is room for, B.
    let batchSize: Int
    /// N at most.
    let candidateCount: Int
    /// N now.
    private(set) var count: Int
    /// Candidate 0 is sampled without noise.
    let zeroFirst: Bool
    /// Candidates at s, [B·N, A], A being the floats of a chunk: steps times axes.
    let current: Arena
    /// Candidates at s′, [B·N, A].
    let next: Arena
    /// Policy updates that a cached set may be behind; 0 draws anew every time.
    let maximumAge: Int
    /// Of the last call: mean age of what was used, and share drawn anew.
    private(set) var staleness: Float = 0
    private(set) var refreshed: Float = 0

    private let observationCount: Int
    private let chunkCount: Int
    /// Of the offline store and of the online one.
    let caches: [CandidateCache]
    /// Candidates and observations of the sets to draw, [2B·N, A] and [2B, O].
    private let drawn: Arena
    private let seen: Arena
    /// For each set to draw: batch row · 2 + (1 for next), [2B].
    private let wanted: UnsafeMutablePointer<Int32>

    init(
        batchSize: Int, candidateCount: Int, zeroFirst: Bool = false, observationCount: Int,
        chunkCount: Int, maximumAge: Int
    ) {
        self.batchSize = batchSize
        self.candidateCount = candidateCount
        count = candidateCount
        self.zeroFirst = zeroFirst
        self.observationCount = observationCount
        self.chunkCount = chunkCount
        self.maximumAge = maximumAge
        let floats = batchSize * candidateCount * chunkCount
        current = Arena(count: floats)
        next = Arena(count: floats)
        drawn = Arena(count: 2 * floats)
        seen = Arena(count: 2 * batchSize * observationCount)
        wanted = .allocate(capacity: 2 * batchSize)
        caches = (0..<2).map { _ in
            CandidateCache(candidateCount: candidateCount, chunkCount: chunkCount)
        }
    }

    deinit { wanted.deallocate() }

    /// Candidates at s of the batch's first `rows` rows, [rows·N, A].
    func current(rows: Int) -> Matrix {
        current.matrix(at: 0, rows: rows * self.count, columns: chunkCount)
    }

    /// Candidates at s′, [rows·N, A].
    func next(rows: Int) -> Matrix {
        next.matrix(at: 0, rows: rows * self.count, columns: chunkCount)
    }

    /// Where a batch's rows were gathered.
    struct Origin {
        /// The store of the first `offlineRows` rows.
        let offline: ReplayStore
        /// The store of the others.
        let online: ReplayStore?
        /// See `offline`.
        let offlineRows: Int
        /// Row numbers in their stores, [B].
        let rowIDs: UnsafePointer<Int32>

        func store(_ row: Int) -> (store: ReplayStore, cache: Int) {
            if row >= offlineRows, let online { return (online, 1) }
            return (offline, 0)
        }
    }

    /// Fills the candidates of a batch, from the caches where they are young enough.
    ///
    /// - Parameters:
    ///   - observations: [B, O], normalised.
    ///   - nextObservations: [B, O]; nil when candidates at s′ are not wanted.
    ///   - version: the policy's, which rises with every update.
    func fill(
        observations: Matrix, nextObservations: Matrix?, origin: Origin,
        policy: any TrainablePolicy,
        version: Int, key: RandomKey, workspace: ShardedWorkspace
    ) {
        let batch = observations.rows
        let ends = nextObservations == nil ? 1 : 2
        guard maximumAge > 0 else {
            sample(observations, into: current(rows: batch), policy, key, workspace)
            if let nextObservations {
                let other = key.on(stream: key.stream &+ 1)
                sample(nextObservations, into: next(rows: batch), policy, other, workspace)
            }
            staleness = 0
            refreshed = 1
            return
        }
        caches[0].reserve(capacity: origin.offline.capacity)
        if let online = origin.online { caches[1].reserve(capacity: online.capacity) }
        let (count, totalAge) = findStale(
            batch: batch, ends: ends, origin: origin, version: version)
        renew(
            count, observations: observations, nextObservations: nextObservations, origin: origin,
            policy: policy, version: version, key: key, workspace: workspace)
        copy(batch: batch, ends: ends, origin: origin)
        staleness = Float(totalAge) / Float(batch * ends)
        refreshed = Float(count) / Float(batch * ends)
    }

    /// Draws so many candidates from now on; sets of other sizes are forgotten.
    func resize(to count: Int) {
        guard count != self.count else { return }
        self.count = min(count, candidateCount)
        forget()
    }

    /// Forgets everything that was cached.
    func forget() { for cache in caches { cache.forget() } }

    private func sample(
        _ observations: Matrix, into candidates: Matrix, _ policy: any TrainablePolicy,
        _ key: RandomKey,
        _ workspace: ShardedWorkspace
    ) {
        let wanted = self.count
        var request = SampleRequest(observations: observations, count: wanted, key: key)
        request.zeroFirst = zeroFirst
        let answer = Candidates(actions: candidates)
        workspace.run(batch: observations.rows) { _, rows, scratch in
            policy.sample(
                request.rows(rows), into: answer.rows(rows, count: wanted), scratch: scratch)
        }
    }

    /// Lists the sets to draw; a row that occurs twice is listed once.
    private func findStale(
        batch: Int, ends: Int, origin: Origin, version: Int
    ) -> (count: Int, totalAge: Int) {
        var count = 0
        var totalAge = 0
        for row in 0..<batch {
            let (store, cache) = origin.store(row)
            let rowID = Int(origin.rowIDs[row])
            let serial = store.serial(ofRow: rowID)
            for end in 0..<ends {
                let age = caches[cache].age(
                    row: rowID, isNext: end == 1, serial: serial, version: version)
                if let age, age <= maximumAge {
                    totalAge += age
                } else {
                    // Tagged at once, so that the same row later in the batch is not drawn again.
                    _ = caches[cache].renew(
                        row: rowID, isNext: end == 1, serial: serial, version: version)
                    wanted[count] = Int32(2 * row + end)
                    count += 1
                }
            }
        }
        return (count, totalAge)
    }

    /// Draws the listed sets and stores them.
    private func renew(
        _ count: Int, observations: Matrix, nextObservations: Matrix?, origin: Origin,
        policy: any TrainablePolicy, version: Int, key: RandomKey, workspace: ShardedWorkspace
    ) {
        guard count > 0 else { return }
        // The observations of the n sets to draw [n, O], and what is drawn there [n·N, A].
        let states = seen.matrix(at: 0, rows: count, columns: observationCount)
        let sets = drawn.matrix(at: 0, rows: count * self.count, columns: chunkCount)
        for index in 0..<count {
            let row = Int(wanted[index]) / 2
            let isNext = wanted[index] & 1 == 1
            let source = isNext ? nextObservations ?? observations : observations
            states.row(index).update(from: source.row(row), count: observationCount)
        }
        sample(states, into: sets, policy, key, workspace)
        for index in 0..<count {
            let row = Int(wanted[index]) / 2
            let (_, cache) = origin.store(row)
            let target = caches[cache].set(
                row: Int(origin.rowIDs[row]), isNext: wanted[index] & 1 == 1)
            target?.update(
                from: sets.row(index * self.count), count: self.count * chunkCount)
            // What is not used yet is kept with a checkpoint too.
            (target.map { $0 + self.count * chunkCount })?.update(
                repeating: 0, count: (candidateCount - self.count) * chunkCount)
        }
    }

    /// Copies every row's sets from the caches into the batch.
    private func copy(batch: Int, ends: Int, origin: Origin) {
        let floats = self.count * chunkCount
        for row in 0..<batch {
            let (_, cache) = origin.store(row)
            for end in 0..<ends {
                let target = (end == 1 ? next : current).base + row * floats
                let source = caches[cache].set(row: Int(origin.rowIDs[row]), isNext: end == 1)
                if let source { target.update(from: source, count: floats) }
            }
        }
    }
}
