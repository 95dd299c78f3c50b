import Control
import Platform
import Synchronization

/// Where a person's requests meet the thread that ticks: a ring one way, the newest state the other.
///
/// One thread asks (the operator server's), one answers (whichever ticks); neither waits for the
/// other. A session has one desk, whatever robots it connects to.
public final class OperatorDesk: Sendable {
    /// A request on its way.
    struct Request: Sendable {
        /// Counts requests from 1.
        var number: UInt64
        /// What is asked.
        var act: SafetyRequest
        /// Until when it means something; a stop always does.
        var deadline: MonotonicTime
    }

    /// What the person is told; the newest wins.
    struct State: Sendable {
        /// The last request that was answered.
        private(set) var handled: UInt64 = 0
        /// The answers to it and to those before it, as many as there may be on their way.
        private var answers = InlineArray<16, SafetyAnswer>(repeating: .accepted)
        /// Where the state machine is.
        var machine = SafetyMachine()
        /// Why the robot is held or stopped.
        var verdict = SafetyVerdict()

        /// A request was answered.
        mutating func enter(_ answer: SafetyAnswer, to number: UInt64) {
            handled = number
            answers[Self.place(of: number)] = answer
        }

        /// The answer to a request, not older than those on their way; nil before there is one.
        func answer(to number: UInt64) -> SafetyAnswer? {
            handled >= number ? answers[Self.place(of: number)] : nil
        }

        private static func place(of number: UInt64) -> Int {
            Int(number % UInt64(OperatorDesk.capacity))
        }
    }

    /// Requests on their way at most.
    private static let capacity = 16
    private let requests = SPSCRing<Request>(capacity: capacity)
    private let states = LatestValue<State>()
    private let connected = Atomic<Bool>(false)
    private let due = Atomic<Int>(0)

    /// An empty desk; no robot is connected.
    public init() {}

    /// Whether a robot is connected that answers.
    var isConnected: Bool { connected.load(ordering: .sequentiallyConsistent) }

    /// A robot is connected, or no longer.
    func setConnected(_ isConnected: Bool) {
        connected.store(isConnected, ordering: .sequentiallyConsistent)
    }

    /// Updates of a learner for which the robot stands still, and nobody ticks who could answer; 0 for none.
    public var updatesDue: Int {
        get { due.load(ordering: .relaxed) }
        set { due.store(newValue, ordering: .relaxed) }
    }

    // MARK: The server's thread

    /// Puts a request on the desk; false when the desk is full, of which half is for stops alone.
    func ask(_ request: Request) -> Bool {
        guard request.act == .stop || requests.count < Self.capacity / 2 else { return false }
        return requests.push(request)
    }

    /// A newer state, if there is one.
    func newest() -> State? { states.take() }

    // MARK: The ticking thread

    /// Takes the next request that still means something.
    func next(at now: MonotonicTime) -> Request? {
        while let request = requests.pop() {
            if request.act == .stop || now <= request.deadline { return request }
        }
        return nil
    }

    /// Says where things stand.
    func publish(_ state: State) { states.publish(state) }
}
