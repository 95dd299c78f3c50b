import Learning
import Report

extension UpdateRecord {
    /// What the trainer measured, as it is reported.
    init(_ figures: UpdateFigures) {
        self.init(
            update: figures.update, stage: figures.stage, tdLoss: figures.tdLoss,
            conservativeLoss: figures.conservativeLoss, policyLoss: figures.policyLoss,
            qMean: figures.qMean)
        candidateAge = figures.candidateAge
        candidatesRedrawn = figures.candidatesRedrawn
    }
}
