/// One mistake somebody could make in an update; the reference makes it, so that the comparison must see it.
enum ReferenceMistake: String, CaseIterable, Sendable {
    // Action optimisation, in both updates.
    case candidateMissing, stepMissing, lastIterate, downhill, notClipped, samplesFromOnline
    // The critic's target and its loss.
    case targetFromOnline, largestMember, maskLost, everyMemberConserves, wrongRandomRows
    // The conservative term.
    case conservativeSign, copyMissing, calibrationLost, countLost, dataEntryLost
    // The policy's loss.
    case datasetActionLost, dropoutLost, signalForSpread, timeLost
    // The optimiser's step and the average.
    case averageRate, biasNotCorrected, warmupLate

    /// The case with which it shows.
    var shownBy: ReferenceCase { self == .lastIterate ? .overshoot : ReferenceCase.all[0] }

    /// Those that a critic update can show.
    static var ofCritic: [ReferenceMistake] {
        let others: [ReferenceMistake] = [
            .datasetActionLost, .dropoutLost, .signalForSpread, .timeLost, .warmupLate,
        ]
        return allCases.filter { !others.contains($0) }
    }

    /// Those that a policy update can show.
    static var ofPolicy: [ReferenceMistake] {
        [
            .candidateMissing, .stepMissing, .lastIterate, .downhill, .notClipped,
            .samplesFromOnline, .datasetActionLost, .dropoutLost, .signalForSpread, .timeLost,
            .averageRate, .biasNotCorrected, .warmupLate,
        ]
    }
}
