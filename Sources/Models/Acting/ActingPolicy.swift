import Embodiment
import Neural

/// Whoever decides for the robot: asked with `begin`, answers when it is polled, here or in another process.
///
/// One decision at a time. It may answer at once, later, too late or never, and it may die: none of this blocks
/// whoever asks. Used from one thread at a time.
public protocol ActingPolicy: AnyObject {
    /// Version of the weights that the next `begin` decides with; 0 before there are any.
    var version: UInt32 { get }
    /// Candidates that a guided decision weighs at most; at least 1.
    var candidateCount: Int { get }

    /// Begins a decision; what was begun before and has not been taken is dropped, and is never polled any more.
    ///
    /// Pins `version`: the answer is that version's, and says so, whatever is loaded meanwhile. May compute,
    /// must not wait.
    ///
    /// - Parameters:
    ///   - observation: raw, O scalars.
    ///   - mode: the policy alone, or value-guided.
    ///   - count: candidates; 1 of the policy alone, up to `candidateCount` otherwise.
    ///   - key: all random numbers of the decision: the same question is answered with the same bits.
    ///   - deadline: from now; nobody waits for an answer any longer.
    func begin(
        _ observation: Observation, mode: ActingMode, count: Int, key: RandomKey,
        deadline: Duration)

    /// Takes the answer to what was begun; returns at once.
    ///
    /// - Returns: nil while there is none, and after it has been taken.
    /// - Throws: when there will be none: of this decision, or of any.
    func poll() throws(ActingFailure) -> Decision?
}
