import Embodiment
import Platform

/// Transitions a learner trains on: columns in flat memory, filled by whole episodes, read by rows.
///
/// One thread admits; any number may `gather` while nobody admits. All memory is reserved at the start (and touched only
/// as it fills); neither admitting nor gathering allocates. When it is full the oldest rows are overwritten: a row
/// stands for itself, because its return was computed from the whole episode when that was admitted.
///
/// An observation is stored once. Steps lie in *places*, one behind the other, and what was seen after a step is the
/// observation of the next place; an episode's last observation has a place of its own, and so has whatever was seen
/// after a step and is not what the next step began with. A *row* is what is sampled. Its place is not stored: that of
/// every sixteenth row in the order of admission is, and the places before it say whether they hold a step.
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
    /// Where the next observation goes.
    private var nextPlace = 0
    private var rowChecksum = CRC32()
    /// One place a row of these: P places.
    private let columns: Columns
    /// [P, O].
    private let observations: UnsafeMutablePointer<Float>
    /// [P, A].
    private let actions: UnsafeMutablePointer<Float>
    /// [P] each.
    private let rewards: UnsafeMutablePointer<Float>
    private let kinds: UnsafeMutablePointer<UInt8>
    private let returns: UnsafeMutablePointer<Float>
    private let map: Columns
    /// The places of rows 0, 16, 32 … in the order of admission, the newest `map.rows` of them.
    private let places: UnsafeMutablePointer<Int32>
    /// Rows from one that is in the map to the next.
    private static let stride: UInt64 = 16
    /// Reward, mask and return columns of the episode being admitted, before they wrap into the ring: [3, steps].
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
    ///
    /// There are places for a full store of episodes of sixteen steps on average (a small store: of one step). Where
    /// episodes are shorter, the oldest rows give way before `count` has reached `capacity`.
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
        columns = Columns(
            rows: min(2 * capacity, capacity + max(capacity / 16, 4096)) + 1,
            [
                Column("observation", width: observationCount), Column("reward"), Column("return"),
                Column("action", width: actionCount), Column("kind", .uint8),
            ])
        observations = columns.floats("observation")
        actions = columns.floats("action")
        rewards = columns.floats("reward")
        kinds = columns.bytes("kind")
        returns = columns.floats("return")
        map = Columns(rows: capacity / Int(Self.stride) + 2, [Column("place", .int32)])
        places = map.integers("place")
        episodeColumns = .allocate(capacity: 3 * self.longestEpisode)
    }

    deinit { episodeColumns.deallocate() }

    /// Bytes that one row takes; each episode takes `bytesPerPlace` more for its last observation.
    public var bytesPerRow: Double {
        Double(columns.bytesPerRow) + Double(map.bytesPerRow) / Double(Self.stride)
    }

    /// Bytes that one place takes.
    public var bytesPerPlace: Int { columns.bytesPerRow }

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
        // [steps] each.
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
        makeRoom(for: episode)
        for step in 0..<steps {
            // A state in which the task can no longer be done is worth the floor for ever.
            let isHopeless = mask[step] == 0 && reward[step] < 0
            store(
                episode.transitions[step],
                reward: isHopeless ? MonteCarloReturns.floor(discount: discount) : reward[step],
                mask: mask[step], value: value[step], isGood: episode.outcome == .success)
            // What was seen after it keeps a place of its own where no step begins with it.
            if step + 1 == steps || !follows(step, in: episode) {
                kinds[nextPlace] = PlaceKind.seen.rawValue
                nextPlace = following(nextPlace)
            }
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
        // A large store has no places for an endless episode none of whose steps begins where the last one ended.
        let wanted = placeCount(of: episode)
        if wanted >= columns.rows { return .tooLong(steps: wanted, limit: columns.rows) }
        for step in 0..<steps {
            let transition = episode.transitions[step]
            let (seen, after) = (transition.observation, transition.nextObservation)
            let executed = transition.executed
            guard seen.count == observationCount, after.count == observationCount,
                executed.count == actionCount
            else { return .wrongSize(step: step) }
            guard seen.isFinite, after.isFinite, executed.isFinite, transition.reward.isFinite
            else { return .notFinite(step: step) }
        }
        return nil
    }

    /// Whether a step's next observation is what the following step began with, to the bit.
    private func follows(_ step: Int, in episode: Episode) -> Bool {
        episode.transitions[step].nextObservation == episode.transitions[step + 1].observation
    }

    /// Places that an episode takes: its steps, its end, and every step that does not begin where the last one ended.
    private func placeCount(of episode: Episode) -> Int {
        var count = episode.transitions.count + 1
        for step in 0..<max(0, episode.transitions.count - 1) where !follows(step, in: episode) {
            count += 1
        }
        return count
    }

    /// Lets the oldest rows go until there are places for an episode.
    ///
    /// As many as there are rows too many go in any case, when they are overwritten. Where that is not enough the rows
    /// that stay are numbered anew, oldest first: nothing is moved, because a row's place follows from its serial.
    private func makeRoom(for episode: Episode) {
        let wanted = placeCount(of: episode)
        let overwritten = max(0, count + episode.transitions.count - capacity)
        let oldest = count == capacity ? next : 0
        func free(without gone: Int) -> Int {
            guard gone < count else { return columns.rows }
            let first = place(ofRow: (oldest + gone) % capacity)
            return columns.rows - (nextPlace - first + columns.rows) % columns.rows
        }
        var gone = overwritten
        // All places in use look like none: a store that is not empty never fills them all.
        while gone < count, free(without: gone) <= wanted { gone += 1 }
        guard gone > overwritten else { return }
        count -= gone
        next = count
    }

    /// Where a row lies: counted back from the nearest newer row in the map, or from the next place of all.
    ///
    /// Back, because what is older than the row may have been overwritten.
    private func place(ofRow row: Int) -> Int {
        let serial = serial(ofRow: row)
        let mapped = serial - serial % Self.stride + Self.stride
        var place = mapped < admittedRows ? Int(places[mapIndex(of: mapped)]) : nextPlace
        var steps = min(mapped, admittedRows) - serial
        while steps > 0 {
            place = (place == 0 ? columns.rows : place) - 1
            if kinds[place] != PlaceKind.seen.rawValue { steps -= 1 }
        }
        return place
    }

    private func mapIndex(of serial: UInt64) -> Int {
        Int(serial / Self.stride % UInt64(map.rows))
    }

    /// Stores a step in the next row and the next place.
    private func store(
        _ transition: Transition, reward: Float, mask: Float, value: Float, isGood: Bool
    ) {
        let place = nextPlace
        write(transition.observation)
        nextPlace = following(place)
        // Where the next step begins with it, it writes the same once more; else it stays.
        write(transition.nextObservation)
        let action = actions + place * actionCount
        let executed = transition.executed
        for axis in 0..<actionCount { action[axis] = Float(executed[axis]) }
        rewards[place] = reward
        kinds[place] = PlaceKind(isLast: mask == 0, isGood: isGood).rawValue
        returns[place] = value
        if admittedRows % Self.stride == 0 { places[mapIndex(of: admittedRows)] = Int32(place) }
        check(observations + place * observationCount, observationCount)
        check(observations + nextPlace * observationCount, observationCount)
        check(action, actionCount)
        withUnsafePointer(to: reward) { check($0, 1) }
        withUnsafePointer(to: mask) { check($0, 1) }
        withUnsafePointer(to: value) { check($0, 1) }
        next = next + 1 == capacity ? 0 : next + 1
        count = min(count + 1, capacity)
        admittedRows += 1
    }

    /// Writes an observation into the next place.
    private func write(_ observation: Observation) {
        let target = observations + nextPlace * observationCount
        for index in 0..<observationCount { target[index] = observation[index] }
    }

    private func following(_ place: Int) -> Int { place + 1 == columns.rows ? 0 : place + 1 }

    private func check(_ column: UnsafePointer<Float>, _ count: Int) {
        rowChecksum.update(UnsafeRawBufferPointer(start: column, count: 4 * count))
    }

    /// The number of a row in the order of admission, from 0: tells a row from the one it overwrote.
    public func serial(ofRow row: Int) -> UInt64 {
        precondition(row >= 0 && row < count, "a row in use")
        let age = row < next ? next - row : next + capacity - row
        return admittedRows - UInt64(age)
    }

    /// Copies rows into a batch, `batch` row `offset` first, each with the window that begins with it.
    ///
    /// An episode's end cuts a window, and so does a step that does not begin where the one before it ended; windows that
    /// a terminal step cuts are as good as others.
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
            let place = place(ofRow: row)
            (batch.observations + target * observationCount)
                .update(from: observations + place * observationCount, count: observationCount)
            gatherWindow(from: place, into: batch, at: target)
            batch.returns[target] = returns[place]
            batch.rowIDs[target] = rows[index]
        }
    }

    /// The steps from a place on: their actions, and of the first k what they earned and led to.
    private func gatherWindow(from first: Int, into batch: BatchView, at target: Int) {
        let chunk = batch.actions + target * batch.horizon * actionCount
        let present = batch.present + target * batch.horizon
        var (place, isOver) = (first, false)
        var power = discount
        for step in 0..<batch.horizon {
            if step > 0, !isOver {
                let next = following(place)
                // Beyond a terminal step there is none of this episode; what else ends it leaves what was seen after it.
                isOver = kind(at: place).isLast || kind(at: next) == .seen
                if !isOver { place = next }
            }
            (chunk + step * actionCount)
                .update(from: actions + place * actionCount, count: actionCount)
            present[step] = isOver ? 0 : 1
            guard !isOver, step < batch.executedSteps else { continue }
            if step == 0 {
                batch.rewards[target] = rewards[place]
            } else {
                batch.rewards[target] += power * rewards[place]
                power *= discount
            }
            batch.lengths[target] = Float(step + 1)
            batch.masks[target] = kind(at: place).isLast ? 0 : 1
            (batch.nextObservations + target * observationCount)
                .update(
                    from: observations + following(place) * observationCount,
                    count: observationCount)
        }
    }

    /// What was seen before a row's step, [O], raw units; valid until the next episode is admitted.
    public func observation(ofRow row: Int) -> UnsafePointer<Float> {
        precondition(row >= 0 && row < count, "a row in use")
        return UnsafePointer(observations + place(ofRow: row) * observationCount)
    }

    /// What was executed in a row's step, [A], −1…1 of the action box; valid until the next episode is admitted.
    public func action(ofRow row: Int) -> UnsafePointer<Float> {
        precondition(row >= 0 && row < count, "a row in use")
        return UnsafePointer(actions + place(ofRow: row) * actionCount)
    }

    /// Whether a row's episode ended in success.
    public func isOfSuccess(row: Int) -> Bool {
        precondition(row >= 0 && row < count, "a row in use")
        return kind(at: place(ofRow: row)).isGood
    }

    private func kind(at place: Int) -> PlaceKind { PlaceKind(rawValue: kinds[place]) ?? .seen }

    /// A row's Monte-Carlo return.
    public func monteCarloReturn(ofRow row: Int) -> Float {
        precondition(row >= 0 && row < count, "a row in use")
        return returns[place(ofRow: row)]
    }
}

// Safe: one thread admits and the caller keeps gathering threads away from it while it does (the class's promise);
// gathering only reads.
extension ReplayStore: @unchecked Sendable {}
