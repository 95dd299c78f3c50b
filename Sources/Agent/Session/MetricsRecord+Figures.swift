import Experience
import Learning
import Report

extension MetricsRecord {
    /// What an update's figures become in the log: each under the name of its stage.
    init(_ update: UpdateRecord) {
        let stage = update.stage.map { $0 == " " ? "_" : $0 }
        let figures: [(String, Double?)] = [
            ("critic_loss", update.criticLoss), ("td_loss", update.tdLoss),
            ("conservative_loss", update.conservativeLoss), ("policy_loss", update.policyLoss),
            ("q_mean", update.qMean), ("q_minimum", update.qMinimum),
            ("q_maximum", update.qMaximum),
        ]
        self.init(
            update: UInt64(max(0, update.update)),
            scalars: figures.compactMap { label, value in
                value.map { Scalar(label: "\(String(stage)).\(label)", value: $0) }
            })
    }

    /// Adds what action optimisation and edits did, each under the name of its stage.
    mutating func add(_ figures: UpdateFigures) {
        let stage = String(figures.stage.map { $0 == " " ? "_" : $0 })
        func add(_ label: String, _ value: Float) {
            scalars.append(Scalar(label: "\(stage).\(label)", value: Double(value)))
        }
        if let choice = figures.optimisation {
            add("candidates_best", choice.best)
            add("candidates_mean", choice.mean)
            add("candidates_deviation", choice.spread)
            add("winner_edited", choice.edited)
            add("winner_zero_noise", choice.zero)
            add("winner_dataset", choice.data)
            add("winner_distance", choice.distance)
        }
        if let edit = figures.edit {
            add("edit_loss", edit.loss)
            add("edit_deviation", edit.deviation)
            add("edit_entropy", edit.entropy)
            add("edit_alpha", edit.alpha)
        }
    }
}
