import Embodiment
import Experience
import Platform

/// What a tally must know of an episode until it is over.
struct EpisodeInFlight: Sendable, Equatable {
    /// How it began.
    let start: EpisodeStart
    /// When it began, on the robot's clock.
    let began: MonotonicTime
    /// When its last step was decided; its beginning before the first.
    private(set) var newest: MonotonicTime
    /// [N] one reward per step.
    private(set) var rewards: [Float] = []
    /// [N] whether the episode ended with that step.
    private(set) var isTerminal: [Bool] = []
    /// Version of the weights of its first step; 0 where none acted.
    private(set) var version: UInt32 = 0
    /// The critic's value of its first action, where one was asked.
    private(set) var initialValue: Float?

    init(_ start: EpisodeStart, at time: MonotonicTime) {
        self.start = start
        began = time
        newest = time
    }

    /// Takes the next step.
    mutating func accept(_ step: Transition, at time: MonotonicTime) {
        if rewards.isEmpty {
            version = step.policyVersion
            initialValue = step.decision?.value
        }
        newest = time
        rewards.append(step.reward)
        isTerminal.append(step.isTerminal)
    }
}
