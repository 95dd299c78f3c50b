import Neural
import Platform
import Synchronization

/// Runs shards on the calling thread and helpers; which thread runs which shard does not matter.
///
/// The helpers sleep between calls. One caller at a time; `stop()` joins them (OpenBLAS wants its
/// threads gone before the process ends).
public final class ThreadedRunner: ShardRunner, @unchecked Sendable {
    // Safe: `job` is written before the helpers are woken and read until they have all reported back.

    /// What a call hands to the helpers.
    private struct Job {
        let body: (Int) -> Void
        let shards: Int
    }

    private var job: Job?
    private let next = Atomic<Int>(0)
    private let isStopping = Atomic<Bool>(false)
    private let wakes: [WakeEvent]
    private let dones: [WakeEvent]
    private var threads: [HoneThread] = []

    /// Threads that work, the caller included.
    var workers: Int { wakes.count + 1 }

    /// Starts `workers` − 1 helpers.
    ///
    /// - Parameters:
    ///   - workers: threads that work, the caller included.
    ///   - scheduling: of the helpers.
    public init(workers: Int, scheduling: Scheduling = .normal) throws(PlatformError) {
        var wakes: [WakeEvent] = []
        var dones: [WakeEvent] = []
        for _ in 1..<max(1, workers) {
            wakes.append(try WakeEvent())
            dones.append(try WakeEvent())
        }
        self.wakes = wakes
        self.dones = dones
        do throws(PlatformError) {
            for index in wakes.indices {
                threads.append(
                    try HoneThread.start(name: "learner \(index + 1)", scheduling: scheduling) {
                        [self] in help(index)
                    })
            }
        } catch {
            // Those that were started would wait for ever.
            stop()
            throw error
        }
    }

    /// Calls `body` once per shard and returns when all are done.
    public func run(_ shards: Int, _ body: (Int) -> Void) {
        let floatMode = Subnormals.flush()
        defer { Subnormals.restore(floatMode) }
        guard !wakes.isEmpty, shards > 1 else {
            for shard in 0..<shards { body(shard) }
            return
        }
        withoutActuallyEscaping(body) { body in
            job = Job(body: body, shards: shards)
            next.store(0, ordering: .relaxed)
            for wake in wakes { wake.signal() }
            work(body, shards: shards)
            for done in dones { done.wait() }
            job = nil
        }
    }

    /// Takes shards until none is left.
    private func work(_ body: (Int) -> Void, shards: Int) {
        while true {
            let shard = next.wrappingAdd(1, ordering: .relaxed).oldValue
            guard shard < shards else { return }
            body(shard)
        }
    }

    private func help(_ index: Int) {
        _ = Subnormals.flush()
        while true {
            wakes[index].wait()
            if isStopping.load(ordering: .acquiring) { return }
            if let job { work(job.body, shards: job.shards) }
            dones[index].signal()
        }
    }

    /// Ends and joins the helpers; no call of `run` may follow.
    public func stop() {
        guard !threads.isEmpty else { return }
        isStopping.store(true, ordering: .releasing)
        for wake in wakes { wake.signal() }
        for thread in threads { thread.join() }
        threads = []
    }
}
