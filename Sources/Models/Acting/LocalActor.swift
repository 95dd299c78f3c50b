import Embodiment
import Neural

/// A policy of this process: `begin` computes with an `Actor`, `poll` hands the answer out.
///
/// Used from one thread at a time; `begin`, `poll` and `load` do not allocate (but see `Actor`).
public final class LocalActor: ActingPolicy {
    /// Computes; whoever else asks it loads no weights.
    public let actor: Actor
    /// Version of the weights that are loaded; 0 before there are any.
    public private(set) var version: UInt32 = 0
    /// As the settings say.
    public var candidateCount: Int { actor.candidateCount }
    private var answer: Decision?

    /// - Parameter actor: without weights yet; from now on this one's alone.
    public init(_ actor: Actor) { self.actor = actor }

    /// Takes a snapshot's weights.
    ///
    /// - Parameters:
    ///   - snapshot: as `Actor.load`.
    ///   - version: that its decisions carry from the next `begin` on.
    public func load(_ snapshot: UnsafeBufferPointer<Float>, version: UInt32) {
        actor.load(snapshot)
        self.version = version
    }

    /// Goes on where another process stopped.
    ///
    /// - Parameters:
    ///   - version: that acted last.
    ///   - snapshot: what is there of weights, perhaps newer ones; nil for none.
    public func resume(from version: UInt32, with snapshot: UnsafeBufferPointer<Float>?) {
        self.version = version
        if let snapshot { actor.load(snapshot) }
    }

    /// Decides, in place: however long it takes, there is an answer afterwards.
    ///
    /// - Parameter count: what the mode asks for, neither more nor fewer.
    public func begin(
        _ observation: Observation, mode: ActingMode, count: Int, key: RandomKey,
        deadline: Duration
    ) {
        precondition(
            count == (mode.isGuided ? candidateCount : 1), "as many candidates as the settings")
        answer = Decision(
            chosen: actor.decide(on: observation, mode: mode, key: key), version: version,
            value: actor.lastValue.isNaN ? nil : actor.lastValue)
    }

    /// The decision that was begun, once.
    public func poll() -> Decision? {
        defer { answer = nil }
        return answer
    }
}
