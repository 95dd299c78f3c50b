internal import CPlatform
internal import Synchronization

/// A thread of our own: named, scheduled, joined.
///
/// Never Swift concurrency's. A handle belongs to who started it; the last owner must have joined.
public final class HoneThread: Sendable {
    /// The name the kernel shows, cut to 15 bytes there.
    public let name: String
    /// What was asked for.
    public let scheduling: Scheduling
    /// Whether the kernel granted all of it.
    ///
    /// False when this user may not have `SCHED_FIFO` or a better nice value: the thread then runs
    /// with normal scheduling, and `doctor` says how to allow it. Also false when it could not be kept off the cores
    /// that it is to stay off.
    public let isGranted: Bool
    private let handle: UInt64
    private let body: Body
    private let isJoined = Atomic<Bool>(false)

    private init(
        name: String, scheduling: Scheduling, isGranted: Bool, handle: UInt64, body: Body
    ) {
        self.name = name
        self.scheduling = scheduling
        self.isGranted = isGranted
        self.handle = handle
        self.body = body
    }

    deinit {
        // A thread nobody joined may still run in memory its owner believes free.
        invariant(isJoined.load(ordering: .acquiring), "a HoneThread was dropped without join()")
    }

    /// Starts a thread and returns when it has set its name and scheduling.
    ///
    /// - Parameters:
    ///   - name: what `top -H` shows, at most 15 bytes of it.
    ///   - scheduling: a wish; see `isGranted`.
    ///   - stackBytes: the stack's size; 8 MiB as the main thread's if not given.
    ///   - body: runs on the new thread, outside any actor; returns to end the thread.
    public static func start(
        name: String, scheduling: Scheduling = .normal, stackBytes: Int = 8 << 20,
        body: @escaping @Sendable () -> Void
    ) throws(PlatformError) -> HoneThread {
        var handle: UInt64 = 0
        var granted: Int32 = 0
        let (kind, value) = code(of: scheduling)
        // What is to be avoided is read here: the answer depends on where the caller may run.
        var avoided: [Int32] = []
        if case .batch = scheduling { avoided = avoidedCores.map { Int32(clamping: $0) } }
        let whole = Body(run: body)
        let context = Unmanaged.passRetained(whole)
        let error = hone_thread_start(
            name, kind, value, avoided, Int32(avoided.count), stackBytes,
            { context in
                guard let context else { return }
                // Taken over from passRetained above, exactly once: this function runs once.
                let body = Unmanaged<Body>.fromOpaque(context).takeRetainedValue()
                body.run()
                body.isOver.store(true, ordering: .releasing)
            }, context.toOpaque(), &handle, &granted)
        if error != 0 {
            context.release()
            throw .system(attempted: "start the thread", subject: name, code: error)
        }
        return HoneThread(
            name: name, scheduling: scheduling, isGranted: granted != 0, handle: handle, body: whole
        )
    }

    /// Waits for the thread's body to return; a second call returns at once.
    public func join() {
        guard !isJoined.exchange(true, ordering: .acquiringAndReleasing) else { return }
        invariant(hone_thread_join(handle) == 0, "a thread cannot be joined (joined by itself?)")
    }

    /// Waits for the thread's body to return, but no longer than this.
    ///
    /// - Returns: whether it has; a thread that has not is still to be joined, or to be abandoned.
    public func join(within limit: Duration) -> Bool {
        // Looked at, not `pthread_clockjoin_np`: of that one the thread sanitizer knows nothing.
        let clock = SystemClock()
        let deadline = clock.now + limit
        while !isJoined.load(ordering: .acquiring), !body.isOver.load(ordering: .acquiring) {
            guard clock.now < deadline else { return false }
            clock.sleep(for: .milliseconds(1))
        }
        join()
        return true
    }

    /// Gives up a thread that does not end: it may go on at any moment.
    ///
    /// What its body uses must stay until the process ends, which then may not run exit handlers.
    public func abandon() {
        guard !isJoined.exchange(true, ordering: .acquiringAndReleasing) else { return }
        _ = hone_thread_detach(handle)
    }

    /// Binds the thread to one core; not after `join()`.
    public func setAffinity(core: Int) throws(PlatformError) {
        let error = hone_thread_pin(handle, Int32(clamping: core))
        if error != 0 {
            throw .system(
                attempted: "bind a thread to core \(core):", subject: name, code: error)
        }
    }

    /// Binds the calling thread to one core.
    public static func setCurrentAffinity(core: Int) throws(PlatformError) {
        let error = hone_thread_pin_self(Int32(clamping: core))
        if error != 0 {
            throw .system(
                attempted: "bind a thread to core \(core):", subject: "the calling thread",
                code: error)
        }
    }

    /// Cores this process may run on.
    public static var coreCount: Int { Int(hone_core_count()) }

    /// The core for a thread that must not be late; nil where there is only one.
    ///
    /// The last of those that the kernel keeps other programs off (`isolcpus=`) and that this process may have, else the
    /// last one that it may run on.
    public static var quietCore: Int? {
        quietCore(
            isolated: (try? Files.read("/sys/devices/system/cpu/isolated", limit: 4096)) ?? [])
    }

    /// The same where the kernel's list is known.
    static func quietCore(isolated list: [UInt8]) -> Int? {
        cores(of: list).last(where: mayUse) ?? (coreCount > 1 ? Int(hone_last_core()) : nil)
    }

    /// Cores for no thread that may wait: the quiet one and those that share its arithmetic (hyperthreads), which slow it
    /// down as much as they are busy.
    ///
    /// Where nothing else would be left the quiet one alone, and none where that is the only one.
    public static var avoidedCores: [Int] {
        quietCore.map { avoidedCores(quiet: $0, among: cores) } ?? []
    }

    /// The same of known cores and topology.
    ///
    /// - Parameter topology: the kernel's folder of processors.
    static func avoidedCores(
        quiet: Int, among own: [Int], topology: String = "/sys/devices/system/cpu"
    ) -> [Int] {
        let list = try? Files.read(
            "\(topology)/cpu\(quiet)/topology/thread_siblings_list", limit: 4096)
        let siblings = Set(cores(of: list ?? []) + [quiet])
        for avoided in [siblings, [quiet]] where !avoided.isSuperset(of: own) {
            return avoided.intersection(own).sorted()
        }
        return []
    }

    /// The cores that the calling thread may run on.
    public static var cores: [Int] {
        var list = [Int32](repeating: 0, count: 1024)
        let count = Int(hone_cores(&list, Int32(list.count)))
        return list[..<count].map(Int.init)
    }

    /// The calling thread's priority before those that have none; 0 for a thread that has none itself.
    public static var currentPriority: Int { Int(hone_thread_priority_self()) }

    /// Cores that the machine has in use, whoever may run on them.
    public static var machineCoreCount: Int { max(1, Int(hone_machine_core_count())) }

    /// Whether a thread of this process may be bound to a core: a container may have others than it sees.
    static func mayUse(core: Int) -> Bool { hone_core_is_allowed(Int32(clamping: core)) != 0 }

    /// The cores of a list such as `2-3,6` and a newline, in its order.
    static func cores(of list: [UInt8]) -> [Int] {
        String(decoding: list, as: UTF8.self).split { $0 == "," || $0.isWhitespace }.flatMap {
            part in
            let ends = part.split(separator: "-").compactMap { Int($0) }
            guard let first = ends.first, let last = ends.last, first <= last, last < 4096 else {
                return [Int]()
            }
            return Array(first...last)
        }
    }

    private final class Body: Sendable {
        let run: @Sendable () -> Void
        /// The body has returned: what is left of the thread is joined at once.
        let isOver = Atomic<Bool>(false)
        init(run: @escaping @Sendable () -> Void) { self.run = run }
    }

    private static func code(of scheduling: Scheduling) -> (kind: Int32, value: Int32) {
        switch scheduling {
        case .normal: (0, 0)
        case .batch(let nice): (1, Int32(clamping: nice))
        case .realtime(let priority): (2, Int32(clamping: priority))
        }
    }
}
