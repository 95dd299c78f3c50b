import Report

/// What became of one fault.
struct FaultEvidence: Sendable {
    /// What the robot did.
    var robot = ""
    /// What of the log was lost.
    var lost = ""
    /// What stood on the operator's screen.
    var operatorSaw = ""
    /// Where this is not as it must be; empty when all is.
    var problems: [String] = []

    /// Notes a problem unless `condition`.
    mutating func expect(_ condition: Bool, _ problem: @autoclosure () -> String) {
        if !condition { problems.append(problem()) }
    }
}
