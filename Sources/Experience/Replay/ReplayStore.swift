import Embodiment
import Platform

/// Transitions a learner trains on: columns in flat memory, filled by whole episodes, read by rows.
///
/// One thread admits; any number may `gather` while nobody admits. All memory is reserved at the start (and touched only
/// as it fills); neither admitting nor gathering allocates. When it is full the oldest rows are overwritten: a row
/// stands for itself, because its return was computed from the whole episode when that was admitted.
public final class ReplayStore {
    /// Scalars of an observation, O.
    public let observationCount: Int
    /// Axes of an action, A.
    public let actionCount: Int
    /// Rows there is room for.
    public let capacity: Int
    /// γ of the Monte-Carlo returns.
    public let discount: Float
    /// Whether a failed episode's returns are all r/(1−γ) instead of the truncated sum.
    public let failedToFloor: Bool
    /// A terminal failure counts as r/(1−γ) and ends the bootstrap; otherwise it bootstraps, as published.
    public let absorbsFailures: Bool

    /// Rows that can be gathered: 0..<count.
    public private(set) var count = 0
    /// Episodes admitted since the start.
    public private(set) var episodes = 0
    /// Admitted episodes that ended in success.
    public private(set) var successes = 0
    /// Rows admitted since the start, overwritten ones included.
    public private(set) var admittedRows: UInt64 = 0

    /// CRC-32 of every row admitted since the start, in order: equal stores have equal ones.
    public var checksum: UInt32 { rowChecksum.value }

    private var next = 0
    private var rowChecksum = CRC32()
    private let floats: UnsafeMutablePointer<Float>
    private let observations: UnsafeMutablePointer<Float>
    private let actions: UnsafeMutablePointer<Float>
    private let rewards: UnsafeMutablePointer<Float>
    private let masks: UnsafeMutablePointer<Float>
    private let returns: UnsafeMutablePointer<Float>
    private let nextObservations: UnsafeMutablePointer<Float>
    /// Reward, mask and return columns of the episode being admitted, before they wrap into the ring.
    private let episodeColumns: UnsafeMutablePointer<Float>
    private let longestEpisode: Int

    /// Reserves the memory.
    ///
    /// - Parameters:
    ///   - observationCount: O.
    ///   - actionCount: A.
    ///   - capacity: rows; the published buffer has 10⁶.
    ///   - discount: γ.
    ///   - failedToFloor: push failed episodes to r/(1−γ), `Learning/Algorithm.md` 5.2.
    ///   - longestEpisode: steps of the longest episode that can be admitted; at most `capacity`.
    public init(
        observationCount: Int, actionCount: Int, capacity: Int, discount: Float,
        failedToFloor: Bool, absorbsFailures: Bool = true, longestEpisode: Int = Episode.mostSteps
    ) {
        precondition(
            observationCount > 0 && actionCount > 0 && capacity > 0 && capacity <= Int(Int32.max),
            "a store needs columns and rows, and a row's index fits 32 bits")
        self.observationCount = observationCount
        self.actionCount = actionCount
        self.capacity = capacity
        self.discount = discount
        self.failedToFloor = failedToFloor
        self.absorbsFailures = absorbsFailures
        self.longestEpisode = min(longestEpisode, capacity)
        floats = .allocate(capacity: capacity * (2 * observationCount + actionCount + 3))
        observations = floats
        nextObservations = observations + capacity * observationCount
        actions = nextObservations + capacity * observationCount
        rewards = actions + capacity * actionCount
        masks = rewards + capacity
        returns = masks + capacity
        episodeColumns = .allocate(capacity: 3 * self.longestEpisode)
    }

    deinit {
        floats.deallocate()
        episodeColumns.deallocate()
    }

    /// What became of an episode that was offered.
    public enum Admission: Sendable, Equatable {
        /// Its rows are in the store.
        case admitted(rows: Int)
        /// Stopped by a person, a guardian or a fault: no judgement of the policy.
        case aborted
        /// Measures a policy; never trained on.
        case evaluation
        /// It has no steps.
        case empty
        /// It has more steps than the store takes in one episode.
        case tooLong(steps: Int, limit: Int)
        /// A step's vectors are not of the store's sizes.
        case wrongSize(step: Int)
        /// A step holds a number that is not finite.
        case notFinite(step: Int)
    }

    /// Stores an episode's rows with their Monte-Carlo returns; all of them or none.
    ///
    /// A terminal step has mask 0; time-outs keep mask 1 and bootstrap. Admitting thread only; does not allocate.
    @discardableResult
    public func admit(_ episode: Episode) -> Admission {
        if let refusal = refusal(of: episode) { return refusal }
        let steps = episode.transitions.count
        let reward = UnsafeMutableBufferPointer(start: episodeColumns, count: steps)
        let mask = UnsafeMutableBufferPointer(start: episodeColumns + steps, count: steps)
        let value = UnsafeMutableBufferPointer(start: episodeColumns + 2 * steps, count: steps)
        for step in 0..<steps {
            let transition = episode.transitions[step]
            reward[step] = transition.reward
            mask[step] = MonteCarloReturns.mask(
                reward: transition.reward, isTerminal: transition.isTerminal,
                absorbsFailures: absorbsFailures)
        }
        MonteCarloReturns.fill(
            rewards: UnsafeBufferPointer(reward), masks: UnsafeBufferPointer(mask),
            discount: discount, failedToFloor: failedToFloor, returns: value)
        for step in 0..<steps {
            // A state in which the task can no longer be done is worth the floor for ever.
            let isHopeless = mask[step] == 0 && reward[step] < 0
            store(
                episode.transitions[step],
                reward: isHopeless ? MonteCarloReturns.floor(discount: discount) : reward[step],
                mask: mask[step], value: value[step])
        }
        episodes += 1
        if episode.outcome == .success { successes += 1 }
        return .admitted(rows: steps)
    }

    private func refusal(of episode: Episode) -> Admission? {
        if episode.outcome == .aborted { return .aborted }
        if episode.purpose == .evaluation { return .evaluation }
        let steps = episode.transitions.count
        if steps == 0 { return .empty }
        if steps > longestEpisode { return .tooLong(steps: steps, limit: longestEpisode) }
        for step in 0..<steps {
            let transition = episode.transitions[step]
            guard transition.observation.count == observationCount,
                transition.nextObservation.count == observationCount,
                transition.executed.count == actionCount
            else { return .wrongSize(step: step) }
            guard transition.observation.isFinite, transition.nextObservation.isFinite,
                transition.executed.isFinite, transition.reward.isFinite
            else { return .notFinite(step: step) }
        }
        return nil
    }

    private func store(
        _ transition: Transition, reward: Float, mask: Float, value: Float
    ) {
        let row = next
        let seen = observations + row * observationCount
        let after = nextObservations + row * observationCount
        for index in 0..<observationCount {
            seen[index] = transition.observation[index]
            after[index] = transition.nextObservation[index]
        }
        let action = actions + row * actionCount
        for axis in 0..<actionCount { action[axis] = Float(transition.executed[axis]) }
        rewards[row] = reward
        masks[row] = mask
        returns[row] = value
        check(seen, observationCount)
        check(after, observationCount)
        check(action, actionCount)
        check(rewards + row, 1)
        check(masks + row, 1)
        check(returns + row, 1)
        next = next + 1 == capacity ? 0 : next + 1
        count = min(count + 1, capacity)
        admittedRows += 1
    }

    private func check(_ column: UnsafePointer<Float>, _ count: Int) {
        rowChecksum.update(UnsafeRawBufferPointer(start: column, count: 4 * count))
    }

    /// The number of a row in the order of admission, from 0: tells a row from the one it overwrote.
    public func serial(ofRow row: Int) -> UInt64 {
        precondition(row >= 0 && row < count, "a row in use")
        let age = row < next ? next - row : next + capacity - row
        return admittedRows - UInt64(age)
    }

    /// Copies rows into a batch, `batch` row `offset` first.
    ///
    /// - Parameters:
    ///   - rows: [n] indices below `count`.
    ///   - batch: of this store's sizes, with room for `offset` + n rows.
    ///   - offset: the batch row of `rows[0]`.
    ///
    /// Does not allocate. Any thread, while nobody admits.
    public func gather(
        rows: UnsafeBufferPointer<Int32>, into batch: BatchView, at offset: Int = 0
    ) {
        precondition(
            batch.observationCount == observationCount && batch.actionCount == actionCount,
            "a batch of this store's sizes")
        precondition(offset >= 0 && offset + rows.count <= batch.capacity, "room in the batch")
        for index in 0..<rows.count {
            let row = Int(rows[index])
            precondition(row >= 0 && row < count, "a row in use")
            let target = offset + index
            (batch.observations + target * observationCount)
                .update(from: observations + row * observationCount, count: observationCount)
            (batch.nextObservations + target * observationCount)
                .update(from: nextObservations + row * observationCount, count: observationCount)
            (batch.actions + target * actionCount)
                .update(from: actions + row * actionCount, count: actionCount)
            batch.rewards[target] = rewards[row]
            batch.masks[target] = masks[row]
            batch.returns[target] = returns[row]
            batch.rowIDs[target] = rows[index]
        }
    }

    /// Every row's observations, [count, O]: what a normaliser is fitted on.
    ///
    /// Valid until the store is gone; changes as episodes are admitted.
    public var observationColumn: UnsafeBufferPointer<Float> {
        UnsafeBufferPointer(start: observations, count: count * observationCount)
    }

    /// Every row's executed actions, [count, A]; valid as `observationColumn`.
    public var actionColumn: UnsafeBufferPointer<Float> {
        UnsafeBufferPointer(start: actions, count: count * actionCount)
    }

    /// Every row's Monte-Carlo returns, [count]; valid as `observationColumn`.
    public var returnColumn: UnsafeBufferPointer<Float> {
        UnsafeBufferPointer(start: returns, count: count)
    }
}

// Safe: one thread admits and the caller keeps gathering threads away from it while it does (the class's promise);
// gathering only reads.
extension ReplayStore: @unchecked Sendable {}
