import Embodiment
import Experience
import Recipe
import Report

/// How an episode becomes a line of the report, with the return that training uses.
struct ReturnRule: Sendable, Equatable {
    private let discount: Float
    private let failedToFloor: Bool
    private let absorbsFailures: Bool

    init(_ settings: AlgorithmSettings) {
        discount = Float(settings.critic.discount)
        failedToFloor = settings.schedule.failedToFloor
        absorbsFailures = settings.schedule.absorbsFailures
    }

    /// An episode that has ended, of at least one step.
    ///
    /// - Parameter number: of the training episode, from 1.
    func record(
        of episode: EpisodeInFlight, _ outcome: EpisodeOutcome, number: Int
    ) -> EpisodeRecord {
        EpisodeRecord(
            episode: number, outcome: outcome, return: Double(episode.rewards.reduce(0, +)),
            length: episode.rewards.count, policyVersion: Int(episode.version),
            qStart: episode.initialValue.map { Double($0) },
            monteCarloReturn: episode.rewards.isEmpty ? nil : Double(firstReturn(of: episode)))
    }

    private func firstReturn(of episode: EpisodeInFlight) -> Float {
        MonteCarloReturns.first(
            rewards: episode.rewards, isTerminal: episode.isTerminal, discount: discount,
            failedToFloor: failedToFloor, absorbsFailures: absorbsFailures)
    }
}
