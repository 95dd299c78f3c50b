import Bridge
import Embodiment
import Platform
import Synchronization

/// Everything that comes from a bridge, in the order in which it came: from the bridge thread to the tick's.
///
/// Nothing that a newer sample overtakes can be missed so: it is the tick that decides what may be passed over. Only
/// where many wait does a sample that says nothing but what the next one says go no further than here, and is counted
/// with that: a bridge that floods must not make the tick long. Writer: the thread that uses the `BridgeClient`.
/// Reader: the tick's thread.
final class Inlet: @unchecked Sendable {
    // @unchecked Sendable: `held` and `isHolding` are the writer's alone.

    /// Two and a half seconds of samples at 100 Hz: a tick that is away for longer is no guardian any more.
    static let capacity = 256
    /// So many wait where a bridge sends far more than it described, or the tick is away.
    static let crowd = 4

    private let ring = SPSCRing<Arrival>(capacity: Inlet.capacity)
    /// What found no room, since the tick's thread looked.
    private let lost = Atomic<Int>(0)
    private let clock = SystemClock()
    private let keepsAll: Bool
    /// The newest sample.
    private var held = Arrival(kind: .sample)
    /// It is not in the ring.
    private var isHolding = false

    /// - Parameter keepsAll: there is more in a sample than its buttons that must not be missed: what a force sensor felt.
    init(keepsAll: Bool = false) { self.keepsAll = keepsAll }

    // MARK: Writer

    /// Takes what a client sees.
    ///
    /// - Parameter isAgreed: false while an epoch is agreed on: of what comes then only a stop counts.
    func put(_ sighting: Sighting, _ sample: @_addressable SensorSample, isAgreed: Bool) {
        guard isAgreed else {
            if sighting == .sample, sample.buttons.contains(.stop) { push(.stopButton) }
            return
        }
        switch sighting {
        case .sample: keep(sample)
        case .notFinite(let field, let index): push(.notFinite(field, index: index))
        case .damaged: push(.damaged)
        }
    }

    /// Hands on what was held back; after every look at the socket.
    func flush() {
        guard isHolding else { return }
        isHolding = false
        push(held)
    }

    private func keep(_ sample: @_addressable SensorSample) {
        if isHolding, held.sample.isSaid(by: sample) {
            held.passed += 1
        } else {
            flush()
            held.passed = 0
        }
        held.sample.take(sample)
        held.time = clock.now
        isHolding = true
        if keepsAll || ring.count < Self.crowd { flush() }
    }

    private func push(_ kind: Arrival.Kind) {
        flush()
        push(Arrival(kind: kind))
    }

    private func push(_ arrival: @_addressable Arrival) {
        if !ring.push(arrival) { lost.add(1, ordering: .relaxed) }
    }

    // MARK: Reader

    /// Shows the oldest thing that has not been taken where it lies, and takes it.
    ///
    /// - Returns: false where there is none.
    func take(_ look: (UnsafePointer<Arrival>) -> Void) -> Bool { ring.pop(look) }

    /// How many things found no room since the last call.
    ///
    /// What they were nobody knows, so the robot must be stopped.
    func takeLost() -> Int {
        guard lost.load(ordering: .relaxed) > 0 else { return 0 }
        return lost.exchange(0, ordering: .relaxed)
    }
}
