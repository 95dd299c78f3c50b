import Bridge
import Embodiment
import Platform
import Synchronization

/// Everything that comes from a bridge, in the order in which it came: from the bridge thread to the tick's.
///
/// Nothing that a newer sample overtakes can be missed so: it is the tick that decides what may be passed
/// over. Writer: the thread that uses the `BridgeClient`. Reader: the tick's thread.
final class Inlet: Sendable {
    /// One thing that came.
    enum Item: Sendable {
        /// A sample, and when.
        case sample(SensorSample, at: MonotonicTime)
        /// A sample with a number that is not finite: which one, of which axis or feature.
        case notFinite(SampleField, index: Int)
        /// A frame that could not be read.
        case damaged
        /// A stop button was down in a sample that says nothing else, before there is an epoch to say it in.
        case stopButton
    }

    /// Two and a half seconds of samples at 100 Hz: a tick that is away for longer is no guardian any more.
    static let capacity = 256

    private let ring = SPSCRing<Item>(capacity: Inlet.capacity)
    /// What found no room, since the tick's thread looked.
    private let lost = Atomic<Int>(0)
    private let clock = SystemClock()

    /// Takes what a client sees; writer thread.
    ///
    /// - Parameter isAgreed: false while an epoch is agreed on: of what comes then only a stop counts.
    func put(_ sighting: Sighting, _ sample: SensorSample, isAgreed: Bool) {
        let item: Item
        guard isAgreed else {
            if sighting == .sample, sample.buttons.contains(.stop) { push(.stopButton) }
            return
        }
        switch sighting {
        case .sample: item = .sample(sample, at: clock.now)
        case .notFinite(let field, let index): item = .notFinite(field, index: index)
        case .damaged: item = .damaged
        }
        push(item)
    }

    private func push(_ item: Item) {
        if !ring.push(item) { lost.add(1, ordering: .relaxed) }
    }

    /// The oldest thing that has not been taken; reader thread.
    func take() -> Item? { ring.pop() }

    /// How many things found no room since the last call; reader thread.
    ///
    /// What they were nobody knows, so the robot must be stopped.
    func takeLost() -> Int {
        guard lost.load(ordering: .relaxed) > 0 else { return 0 }
        return lost.exchange(0, ordering: .relaxed)
    }
}
