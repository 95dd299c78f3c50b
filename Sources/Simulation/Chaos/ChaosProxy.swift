import Bridge
import Platform
import Synchronization

/// A bad wire between agents and a bridge: delays, drops, repeats, reorders and damages frames.
///
/// Runs on a thread of its own; `set` and `counts` may be called from any other. What happens to a
/// frame depends on the seed and its number alone.
public final class ChaosProxy: Sendable {
    /// A last look at every message before it passes; false drops it.
    public typealias Edit = @Sendable (inout BridgeRelay.Message) -> Bool

    /// Where agents connect.
    public let address: String
    private let state: State
    private let thread: HoneThread

    /// What the two threads share.
    private final class State: Sendable {
        let plan = Guarded(ChaosPlan())
        let counts = Guarded(ChaosCounts())
        let isOver = Atomic<Bool>(false)
    }

    /// Begins to carry messages from `address` to `bridge` and back.
    ///
    /// - Parameters:
    ///   - seed: of every choice.
    ///   - edit: for faults that are more than a bad wire: changes messages as it likes.
    public init(
        address: String, bridge: String, seed: UInt64 = 0, edit: @escaping Edit = { _ in true }
    ) throws {
        let relay = Relay(try BridgeRelay(address: address, bridge: bridge))
        let state = State()
        self.address = relay.relay.address
        self.state = state
        // As urgent as the robot's thread: a slow proxy would be a fault nobody asked for.
        thread = try HoneThread.start(name: "chaos", scheduling: .realtime(priority: 70)) {
            let carrier = Carrier(
                relay: relay.relay, random: CounterRandom(seed, 0x6368_616F), edit: edit)
            while !state.isOver.load(ordering: .relaxed) {
                carrier.plan = state.plan.withLock { $0 }
                try? carrier.carry()
                state.counts.withLock { $0 = carrier.counts }
            }
        }
    }

    deinit { end() }

    /// Changes what happens from now on.
    public func set(_ change: (inout ChaosPlan) -> Void) { state.plan.withLock { change(&$0) } }

    /// What was done so far.
    public var counts: ChaosCounts { state.counts.withLock { $0 } }

    /// Ends the thread and cuts all connections; again is harmless.
    public func end() {
        state.isOver.store(true, ordering: .relaxed)
        thread.join()
    }

    /// The relay on its way to the thread that uses it from then on.
    private struct Relay: @unchecked Sendable {
        // Safe: made on one thread, handed over by starting the other, not used here any more.
        let relay: BridgeRelay
        init(_ relay: BridgeRelay) { self.relay = relay }
    }
}

/// The proxy's own thread: decides and passes on.
private final class Carrier {
    var plan = ChaosPlan()
    var counts = ChaosCounts()
    private let relay: BridgeRelay
    private let random: CounterRandom
    private let edit: ChaosProxy.Edit
    private let clock = SystemClock()
    private var number: UInt64 = 0
    private var waiting: [(due: MonotonicTime, message: BridgeRelay.Message)] = []
    /// A frame that goes out after the next one of its direction.
    private var overtaken: BridgeRelay.Message?

    init(relay: BridgeRelay, random: CounterRandom, edit: @escaping ChaosProxy.Edit) {
        self.relay = relay
        self.random = random
        self.edit = edit
    }

    func carry() throws(BridgeError) {
        let now = clock.now
        while let first = waiting.first, first.due <= now {
            waiting.removeFirst()
            try relay.pass(first.message)
        }
        let wait = waiting.first.map { min($0.due - now, .milliseconds(5)) } ?? .milliseconds(5)
        guard var message = try relay.next(timeout: wait) else { return }
        counts.seen += 1
        let rules = message.direction == .toBridge ? plan.toBridge : plan.toPeer
        if rules.isCut {
            counts.dropped += 1
            return
        }
        guard edit(&message) else {
            counts.dropped += 1
            return
        }
        guard message.parts.count == 1, message.parts[0].first == UInt8(ascii: "H") else {
            return try relay.pass(message)
        }
        try carry(message, rules)
    }

    private func carry(
        _ original: BridgeRelay.Message, _ rules: ChaosRules
    ) throws(BridgeError) {
        var message = original
        number += 1
        func happens(_ share: Double, _ stream: UInt64) -> Bool {
            share > 0 && random.uniform(number &* 8 &+ stream) < share
        }
        if happens(rules.drop, 0) {
            counts.dropped += 1
            return
        }
        if happens(rules.corrupt, 1) {
            let bit = Int(random.bits(number &* 8 &+ 7) % UInt64(message.parts[0].count * 8))
            message.parts[0][bit / 8] ^= 1 << UInt8(bit % 8)
            counts.damaged += 1
        }
        if happens(rules.truncate, 2) {
            message.parts[0].removeLast(message.parts[0].count / 2)
            counts.damaged += 1
        }
        if happens(rules.reorder, 3), overtaken == nil {
            overtaken = message
            counts.reordered += 1
            return
        }
        try deliver(message, rules)
        if happens(rules.duplicate, 4) {
            counts.duplicated += 1
            try deliver(message, rules)
        }
        if let late = overtaken, late.direction == message.direction {
            overtaken = nil
            try deliver(late, rules)
        }
    }

    private func deliver(
        _ message: BridgeRelay.Message, _ rules: ChaosRules
    ) throws(BridgeError) {
        guard rules.delay > .zero || rules.jitter > .zero else { return try relay.pass(message) }
        counts.delayed += 1
        let more = rules.jitter * random.uniform(number &* 8 &+ 5)
        let due = clock.now + rules.delay + more
        let place = waiting.firstIndex { $0.due > due } ?? waiting.count
        waiting.insert((due, message), at: place)
    }
}
