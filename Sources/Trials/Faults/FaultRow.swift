import Foundation
import Report

/// One row of the fault catalogue: what is done, what must happen, and the program that does it.
struct FaultRow: Sendable {
    /// Row of the catalogue, with a letter where it has several forms.
    var id: String
    /// What fails.
    var fault: String
    /// How it is made to fail.
    var injection: String
    /// What the robot must do.
    var robot: String
    /// What the operator must see.
    var operatorSees: String
    /// Makes it fail, once.
    var run: @Sendable (FaultLab) throws -> FaultEvidence
}
