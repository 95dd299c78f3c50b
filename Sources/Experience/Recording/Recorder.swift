import Embodiment
import Platform
internal import Synchronization

/// Makes experience durable, then hands whole episodes to the learner.
///
/// Producing threads record into lanes; the recorder's own thread appends, and commits every `commitInterval` or
/// `commitBytes`. What a lane has taken stays in its ring until it is committed: in memory that outlives the process, from
/// where `LogRings.recover` takes it. Without `start` (lockstep) the same code runs inside `record`, `flush` and `close` on
/// the caller's thread, without rings. An episode is never handed out before it is on the disk. Where a file of a session's
/// log fails, it goes on in another; where that fails too, nothing is durable any more until `retry` succeeds.
public final class Recorder: @unchecked Sendable {
    // @unchecked Sendable: everything below "One thread" is touched by the recorder's thread between `start` and the
    // join in `close`, and by the one calling thread otherwise; the rest is atomic, locked or never changes.

    private struct State {
        var failure: LogError?
        var statistics: RecorderStatistics
        var notices: [LogEvent] = []
    }

    private let settings: Settings
    /// Where the lanes' rings are found after the process; nil when they end with it.
    private let ringName: String?
    private let durable: SPSCRing<Episode>
    private let state: Guarded<State>
    private let status = Atomic<Status>(.inPlace)
    private let disk = Atomic<Disk>(.working)
    private let flushRequested = Atomic<UInt64>(0)
    private let flushCompleted = Atomic<UInt64>(0)

    // One thread (see above).
    private let parts: LogParts
    private let clock = SystemClock()
    private var lanes: [RecorderLane] = []
    private(set) var rings: RecorderRing?
    private var assemblers: [EpisodeAssembler] = []
    private var uncommitted: [Episode] = []
    private var waiting: [Episode] = []
    private var totals: RecorderStatistics
    /// A ring was half full when it was last emptied.
    private var isBehind = false
    private var lastTime: UInt64 = 0

    // Set by `start`, before its thread exists, and never again.
    private var thread: HoneThread?
    private var wake: WakeEvent?
    private var flushed: WakeEvent?

    /// Records into a sink.
    ///
    /// - Parameter ringName: where what the lanes have taken is found when the process is killed; nil for nowhere.
    public convenience init(
        sink: any LogSink, ringName: String? = nil, settings: Settings = Settings()
    ) {
        self.init(sink: sink, part: 1, in: nil, ringName: ringName, settings: settings)
    }

    private init(
        sink: any LogSink, part: Int, in folder: String?, ringName: String?, settings: Settings,
        open: @escaping (String) throws(LogError) -> any LogSink = FileLogSink.init(creating:)
    ) {
        self.settings = settings
        self.ringName = ringName
        totals = RecorderStatistics(part: part)
        durable = SPSCRing(capacity: settings.durableCapacity)
        state = Guarded(State(statistics: totals))
        parts = LogParts(
            sink: sink, part: part, in: folder, partBytes: settings.partBytes, open: open)
    }

    /// Records into a session's log folder: a new part, and further ones when that has grown large or its file fails.
    ///
    /// - Parameter part: number of the first, which must not exist.
    public convenience init(
        session folder: String, part: Int, settings: Settings = Settings()
    ) throws(LogError) {
        try self.init(
            session: folder, part: part, settings: settings, open: FileLogSink.init(creating:))
    }

    /// The same on a disk that fails at will.
    ///
    /// - Parameter open: makes a part's file.
    convenience init(
        session folder: String, part: Int, settings: Settings = Settings(),
        open: @escaping (String) throws(LogError) -> any LogSink
    ) throws(LogError) {
        let path = SessionLog.path(in: folder, part: part)
        self.init(
            sink: try open(path), part: part, in: folder, ringName: SessionLog.rings(of: path),
            settings: settings, open: open)
    }

    /// Records into a new file, which must not exist; with a thread, the lanes' rings are beside it by name.
    public convenience init(
        creating path: String, settings: Settings = Settings()
    ) throws(LogError) {
        self.init(
            sink: try FileLogSink(creating: path), ringName: SessionLog.rings(of: path),
            settings: settings)
    }

    /// Makes a producing thread's lane; before `start`.
    ///
    /// - Parameter capacity: ticks of so many axes that wait for their commit, some 0.5 KB each with up to 16 axes.
    public func makeLane(capacity: Int = 4096, axes: Int = 0) -> RecorderLane {
        precondition(status.load(ordering: .acquiring) == .inPlace, "lanes are made before start")
        let lane = RecorderLane(
            index: lanes.count, capacity: capacity, axes: axes, recorder: self)
        lanes.append(lane)
        assemblers.append(EpisodeAssembler())
        return lane
    }

    /// Makes the rings and starts the recorder's thread; from here on lanes only fill their rings.
    public func start(scheduling: Scheduling = .normal) throws(LogError) {
        precondition(status.load(ordering: .acquiring) == .inPlace, "a recorder starts once")
        do throws(PlatformError) {
            wake = try WakeEvent()
            flushed = try WakeEvent()
            let rings = try RecorderRing(for: lanes, name: ringName, on: settings.memoryDisk)
            for (lane, ring) in zip(lanes, rings.rings) { lane.use(ring) }
            self.rings = rings
            move(from: .inPlace, to: .running)
            thread = try HoneThread.start(name: "recorder", scheduling: scheduling) {
                [unowned self] in run()
            }
        } catch {
            // No thread was made that could have moved it on.
            status.store(.inPlace, ordering: .releasing)
            try? rings?.remove()
            throw .cannotStart(error)
        }
    }

    /// Returns once everything recorded before is durable; not from the tick.
    ///
    /// With a thread: what the calling thread recorded, and what others had.
    public func flush() throws(LogError) {
        switch status.load(ordering: .acquiring) {
        case .inPlace: commit()
        case .running, .stopping:
            let request = flushRequested.add(1, ordering: .acquiringAndReleasing).newValue
            wake?.signal()
            while status.load(ordering: .acquiring).hasThread,
                flushCompleted.load(ordering: .acquiring) < request
            {
                // Several threads may flush, and a signal wakes one: nobody sleeps long.
                flushed?.wait(timeout: .milliseconds(5))
            }
        case .ended, .closed: break
        }
        if let failure { throw failure }
    }

    /// A person has looked after the disk: tries once more to write what has waited since it failed.
    ///
    /// - Throws: the error that recording has failed with again; it may be tried any number of times.
    public func retry() throws(LogError) {
        _ = disk.compareExchange(
            expected: .failed, desired: .retrying, ordering: .acquiringAndReleasing)
        if status.load(ordering: .acquiring) == .inPlace { retryIfAsked() }
        try flush()
    }

    /// Ends the thread, commits, writes the log's index and takes the rings away; afterwards only `takeDurableEpisode` and
    /// the counters work.
    ///
    /// After a disk error the rings stay where they are found, with everything that did not reach the log.
    public func close() throws(LogError) {
        let before = status.load(ordering: .acquiring)
        switch before {
        case .closed: return
        case .inPlace: break
        case .running, .stopping, .ended:
            move(from: .running, to: .stopping)
            wake?.signal()
            thread?.join()
        }
        // Last of all: who sees it finds nothing left for this thread to do.
        defer { move(from: before == .inPlace ? before : .ended, to: .closed) }
        drain()
        commit()
        if !hasFailed {
            do throws(LogError) {
                try parts.close()
                totals.durableRecords = totals.records
                do throws(PlatformError) { try rings?.remove() } catch { throw .cannotWrite(error) }
            } catch { fail(error) }
        }
        publishStatistics()
        if let failure { throw failure }
    }

    deinit {
        let last = status.load(ordering: .acquiring)
        invariant(last == .inPlace || last == .closed, "a started recorder is closed")
    }

    /// The next whole episode that is on the disk, or nil; one consuming thread, never waits.
    ///
    /// In the order they ended; aborted ones too, a store refuses those.
    public func takeDurableEpisode() -> Episode? {
        if let episode = durable.pop() { return episode }
        switch status.load(ordering: .acquiring) {
        case .running, .stopping, .ended: return nil
        case .inPlace, .closed:
            handOver()
            return durable.pop()
        }
    }

    /// The error that nothing becomes durable for; nil again once it is overcome; any thread.
    public var failure: LogError? {
        // The flag spares callers on the path the lock.
        guard hasFailed else { return nil }
        return state.withLock { $0.failure }
    }

    /// What a person should know since this was asked last, in the log too; any thread.
    public func takeNotices() -> [LogEvent] {
        state.withLock { state in
            defer { state.notices.removeAll() }
            return state.notices
        }
    }

    /// What was done up to the last commit; any thread.
    public var statistics: RecorderStatistics { state.withLock { $0.statistics } }

    // MARK: - Producing threads

    /// Offers a record to the lane's ring, or to the log in place without a thread.
    ///
    /// - Returns: false when it was not taken, as `RecorderLane.record` says.
    func offer(_ record: LogRecord, at time: MonotonicTime, from lane: RecorderLane) -> Bool {
        let time = time.nanoseconds &+ settings.timeOffset
        switch status.load(ordering: .acquiring) {
        case .running, .stopping, .ended: return lane.push(record, time: time)
        case .closed: return false
        case .inPlace:
            if hasFailed { return false }
            let (topic, payload) = LogEncoding.encode(record, time: time)
            append(
                RingMessage(topic: topic, time: time, payload: payload), record, from: lane.index)
            return !hasFailed
        }
    }

    // MARK: - One thread

    private func run() {
        while true {
            let isStopping = status.load(ordering: .acquiring) == .stopping
            let request = flushRequested.load(ordering: .acquiring)
            retryIfAsked()
            drain()
            commit()
            if flushCompleted.exchange(request, ordering: .acquiringAndReleasing) != request {
                flushed?.signal()
            }
            if isStopping { break }
            wake?.wait(timeout: settings.commitInterval)
        }
        move(from: .stopping, to: .ended)
        flushed?.signal()
    }

    /// Appends what is in the rings now; what is pushed meanwhile may wait for the next round.
    private func drain() {
        tellBacklog()
        for lane in lanes {
            lane.ring?.refresh()
            while !hasFailed, let bytes = lane.ring?.next(), let found = RingRecord(bytes) {
                let message = found.message
                // Only episodes are put together, and from the very bytes that go to the disk, though their producer has
                // them as values: what is learned is then what a reader of the log finds, also after a ring outlived its
                // process, and an encoding that loses anything shows at once and not when a session is resumed.
                let record: LogRecord? =
                    switch message.topic {
                    case .episode, .transition:
                        message.payload.withUnsafeBytes {
                            LogEncoding.decode(message.topic, $0)
                        }
                    case .tick, .event, .metrics, .label: nil
                    }
                append(message, record, from: lane.index)
            }
        }
    }

    /// Says when the disk takes so long that a ring is half full (`Control/Faults.md` row 52).
    private func tellBacklog() {
        let fill = lanes.map(\.fill).max() ?? 0
        defer { isBehind = fill >= RecorderLane.warningFill }
        guard fill >= RecorderLane.warningFill, !isBehind else { return }
        tell("the disk is slow: the log's buffer is \(Int(fill * 100)) % full")
    }

    /// Puts a message into the next commit, which is made at once when it is large.
    ///
    /// - Parameter record: the same decoded, where it may belong to an episode.
    private func append(_ message: RingMessage, _ record: LogRecord?, from lane: Int) {
        parts.append(message)
        lastTime = message.time
        totals.records += 1
        switch record.map({ assemblers[lane].accept($0) }) {
        case nil, .nothing: break
        case .complete(let episode): uncommitted.append(episode)
        case .cutOff(let episode):
            totals.incompleteEpisodes += 1
            uncommitted.append(episode)
        case .incomplete: totals.incompleteEpisodes += 1
        }
        if parts.pendingByteCount >= settings.commitBytes { commit() }
    }

    /// Makes everything appended durable and hands its whole episodes over.
    private func commit() {
        guard !hasFailed else { return }
        if parts.isPending {
            let start = clock.now
            do throws(LogError) { try parts.commit() } catch { return fail(error) }
            // Only now: until the log has them for sure, the rings keep what was taken.
            for lane in lanes { lane.ring?.release() }
            let spent = UInt64(max(0, clock.now.nanoseconds(since: start)))
            totals.commits += 1
            totals.commitNanoseconds += spent
            totals.longestCommitNanoseconds = max(totals.longestCommitNanoseconds, spent)
            totals.durableRecords = totals.records
            totals.durableEpisodes += UInt64(uncommitted.count)
            waiting.append(contentsOf: uncommitted)
            uncommitted.removeAll(keepingCapacity: true)
            publishStatistics()
            checkInvariants()
            for failure in parts.takeFailures() {
                tell("the log continues in part \(parts.part), nothing is lost: \(failure)")
            }
        }
        handOver()
    }

    /// Tells a person, and the log with the next commit.
    private func tell(_ words: String) {
        let event = LogEvent(level: .warning, name: "recorder", message: words)
        let (topic, payload) = LogEncoding.encode(.event(event), time: lastTime)
        parts.append(RingMessage(topic: topic, time: lastTime, payload: payload))
        totals.records += 1
        state.withLock { $0.notices.append(event) }
    }

    private func handOver() {
        var taken = 0
        while taken < waiting.count, durable.push(waiting[taken]) { taken += 1 }
        waiting.removeFirst(taken)
    }

    private func publishStatistics() {
        totals.part = parts.part
        totals.byteCount = parts.byteCount
        totals.droppedTicks = lanes.reduce(0) { $0 + $1.droppedTicks }
        let totals = totals
        state.withLock { $0.statistics = totals }
    }

    private func fail(_ error: LogError) {
        state.withLock { if $0.failure == nil { $0.failure = error } }
        disk.store(.failed, ordering: .releasing)
    }

    /// Where a person has asked for it, the next commit is tried again.
    private func retryIfAsked() {
        guard disk.load(ordering: .acquiring) == .retrying else { return }
        state.withLock { $0.failure = nil }
        disk.store(.working, ordering: .releasing)
    }

    /// Whether nothing becomes durable at the moment; any thread.
    private var hasFailed: Bool { disk.load(ordering: .acquiring) != .working }

    /// From one state to the next; anything else is a mistake of this class, or of two threads that close at once.
    private func move(from: Status, to: Status) {
        let (moved, _) = status.compareExchange(
            expected: from, desired: to, ordering: .acquiringAndReleasing)
        invariant(moved, "a recorder goes from one state to the next, driven by one thread")
    }

    /// What holds after a commit that the disk took, in every state.
    private func checkInvariants() {
        invariant(!parts.isPending && uncommitted.isEmpty, "a commit leaves nothing behind")
        invariant(
            totals.durableRecords <= totals.records
                && totals.durableEpisodes >= UInt64(waiting.count),
            "only what was recorded is durable, and only what is durable is handed out")
        invariant(
            flushCompleted.load(ordering: .acquiring) <= flushRequested.load(ordering: .acquiring),
            "only what was asked for is flushed")
    }
}
