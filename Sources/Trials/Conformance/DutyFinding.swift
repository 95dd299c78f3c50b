import Bridge
import Foundation
import Report

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
