import Simulation
import Synchronization

/// Something that begins when it is told to; any thread.
final class Trigger: Sendable {
    private let flag = Atomic<Bool>(false)

    /// Whether it has begun.
    var isSet: Bool { flag.load(ordering: .relaxed) }

    /// Begins.
    func set() { flag.store(true, ordering: .relaxed) }

    /// Ends.
    func clear() { flag.store(false, ordering: .relaxed) }
}
