import Embodiment
import Models
import Neural
import Platform
import Synchronization

/// A policy that answers as one in another process: after a while, never, or not any more.
final class RemotePolicy: ActingPolicy, @unchecked Sendable {
    // @unchecked Sendable: one thread at a time, but for the atomics.

    /// What it does with a question.
    enum Behaviour {
        case answers(after: Duration)
        case misses
        case never
        case dies
    }

    let candidateCount = 8
    let loaded = Atomic<UInt32>(1)
    var version: UInt32 { loaded.load(ordering: .relaxed) }
    let asked = Atomic<Int>(0)
    private let behave: @Sendable (Int) -> Behaviour
    private let axes: Int
    private let clock: any Platform.Clock
    private var behaviour: Behaviour?
    private var begun = MonotonicTime.zero
    private var pinned: UInt32 = 0
    private(set) var counts: [Int] = []

    /// - Parameter behave: by the number of times that it was asked before.
    init(axes: Int, clock: any Platform.Clock, _ behave: @escaping @Sendable (Int) -> Behaviour) {
        (self.axes, self.clock, self.behave) = (axes, clock, behave)
    }

    func begin(
        _ observation: Observation, mode: ActingMode, count: Int, key: RandomKey,
        deadline: Duration
    ) {
        behaviour = behave(asked.add(1, ordering: .relaxed).oldValue)
        (begun, pinned) = (clock.now, version)
        counts.append(count)
    }

    func poll() throws(ActingFailure) -> Decision? {
        switch behaviour {
        case .answers(let after) where clock.now >= begun + after:
            behaviour = nil
            var action = Action(count: axes)
            action[6] = 1
            return Decision(action: action, version: pinned, value: nil)
        case .misses: throw .missed("too busy")
        case .dies: throw .lost("its process ended")
        case .answers, .never, nil: return nil
        }
    }
}
