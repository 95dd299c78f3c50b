import Bridge
import Control
import Embodiment
import Platform

/// How an episode is to begin.
public struct SceneStart: Sendable {
    /// Episode number in the session.
    public var episode: UInt32
    /// Decides the start state, together with the purpose.
    public var seed: UInt64
    /// What the episode is for.
    public var purpose: EpisodePurpose
    /// Samples are to carry operator actions.
    public var wantsOperator: Bool

    /// Creates a start.
    public init(episode: UInt32, seed: UInt64, purpose: EpisodePurpose, wantsOperator: Bool) {
        self.episode = episode
        self.seed = seed
        self.purpose = purpose
        self.wantsOperator = wantsOperator
    }

    /// The message that asks a bridge for it.
    public func request(session: UInt64, epoch: UInt32) -> ResetRequest {
        ResetRequest(
            session: session, epoch: epoch, episode: episode, seed: seed, purpose: purpose,
            wantsOperator: wantsOperator)
    }
}
