import Bridge
import Report

/// A duty's test while it runs: its present step, so that a failure can say what was asked.
struct DutyTrial {
    /// What was sent in this step.
    private(set) var sent = "nothing yet"
    /// What is owed.
    private(set) var expected = ""
    /// What a fulfilled duty is summed up with.
    var summary = ""

    /// A step's promise was not kept.
    struct Broken: Error {
        /// What came instead.
        var came: String
    }

    /// Begins a step.
    mutating func step(_ sent: String, expecting expected: String) {
        self.sent = sent
        self.expected = expected
    }

    /// Ends the test here unless `condition`.
    func check(_ condition: Bool, _ came: @autoclosure () -> String) throws(Broken) {
        if !condition { throw Broken(came: came()) }
    }
}
