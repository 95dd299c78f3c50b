import Experience
import Models
import Neural
import Recipe

/// The edit policy in training: its network, its weights, and room for an update's values and slopes.
///
/// Owned by the learner; its shards write their own rows.
final class Editor {
    let network: EditNetwork
    let settings: EditSettings
    let weights: TrainableParameters
    /// ∂Q/∂ã, [B, n].
    let slopes: Arena

    init(_ network: EditNetwork, settings: EditSettings, batchSize: Int, key: RandomKey) {
        self.network = network
        self.settings = settings
        weights = TrainableParameters(layout: network.layout)
        network.initialise(weights.parameters.base, key: key)
        weights.startAverages()
        slopes = Arena(count: batchSize * network.actionCount)
    }

    /// Whether it learns behind a critic update: one in so many, once there is enough of the robot's own experience.
    ///
    /// - Parameter criticUpdates: made so far, this one included.
    func isDue(_ criticUpdates: Int, _ online: ReplayStore?) -> Bool {
        guard let online, online.count > 0, online.episodes >= settings.startEpisode else {
            return false
        }
        return criticUpdates % max(1, settings.every) == 0
    }

    /// The slopes of a range of rows, [b, n].
    func slopes(_ range: Range<Int>) -> Matrix {
        slopes.matrix(
            at: range.lowerBound * network.actionCount, rows: range.count,
            columns: network.actionCount)
    }
}
