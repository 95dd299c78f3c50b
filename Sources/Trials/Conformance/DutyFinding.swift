import Bridge
import Foundation
import Report

/// What became of one duty's test.
enum DutyVerdict: String, Sendable, Equatable {
    /// The bridge did what it owes.
    case pass
    /// It did not.
    case fail
    /// It was not asked to, or does not owe it in its schedule.
    case notTested = "not tested"
}

/// One duty's verdict with what was seen.
struct DutyFinding: Sendable, Equatable {
    /// What was tested.
    var duty: BridgeDuty
    /// How it went.
    var verdict: DutyVerdict
    /// The last step: what was sent.
    var sent: String
    /// What a bridge owes then.
    var expected: String
    /// What came back; for a duty that is fulfilled a summary, for one not tested the reason.
    var came: String

    /// One member of `--json`.
    var json: JSONValue {
        [
            "duty": .string(duty.rawValue), "sentence": .string(duty.sentence),
            "verdict": .string(verdict.rawValue), "sent": .string(sent),
            "expected": .string(expected), "came": .string(came),
        ]
    }

    /// For a person: one line, and what went wrong below it.
    func text(on terminal: Terminal) -> String {
        let name = duty.rawValue.padding(toLength: 21, withPad: " ", startingAt: 0)
        switch verdict {
        case .pass:
            return "\(terminal.green("pass")) \(name) \(duty.sentence) (\(came))\n"
        case .notTested:
            return "\(terminal.dim("  – ")) \(name) not tested: \(came)\n"
        case .fail:
            let indent = String(repeating: " ", count: 5)
            return "\(terminal.red("FAIL")) \(name) \(duty.sentence)\n"
                + "\(indent)sent      \(sent)\n\(indent)expected  \(expected)\n"
                + "\(indent)came      \(came)\n"
        }
    }
}

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
