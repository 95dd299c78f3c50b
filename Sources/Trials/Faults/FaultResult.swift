import Foundation
import Report

/// A row with how it went.
struct FaultResult: Sendable {
    /// Whether it went as it must.
    enum Verdict: String, Sendable {
        /// As it must.
        case pass
        /// Otherwise.
        case fail
        /// This machine cannot inject it.
        case notPossible = "not possible here"
    }

    let row: FaultRow
    let verdict: Verdict
    let evidence: FaultEvidence
    let seconds: Double
    /// Trials that were made, and how late this machine was itself in any of them.
    let trials: WallClockTrials

    /// One member of `--json`.
    var json: JSONValue {
        [
            "id": .string(row.id), "fault": .string(row.fault),
            "injection": .string(row.injection), "robot_must": .string(row.robot),
            "operator_must_see": .string(row.operatorSees), "robot": .string(evidence.robot),
            "lost": .string(evidence.lost), "operator_saw": .string(evidence.operatorSaw),
            "verdict": .string(verdict.rawValue),
            "problems": .array(evidence.problems.map { .string($0) }), "seconds": .number(seconds),
            "trials": JSONValue(trials.count), "machine_late_s": .number(trials.machineLate),
        ]
    }

    /// For a person.
    func text(on terminal: Terminal) -> String {
        let mark =
            switch verdict {
            case .pass: terminal.green("pass")
            case .fail: terminal.red("FAIL")
            case .notPossible: terminal.yellow("  – ")
            }
        let number = row.id.padding(toLength: 4, withPad: " ", startingAt: 0)
        var text = "\(mark) \(number) \(row.fault) (\(row.injection))\n"
        let indent = String(repeating: " ", count: 10)
        for problem in evidence.problems { text += indent + terminal.red(problem) + "\n" }
        for (name, words) in [
            ("robot", evidence.robot), ("lost", evidence.lost), ("saw", evidence.operatorSaw),
        ] where !words.isEmpty {
            text += indent + name.padding(toLength: 7, withPad: " ", startingAt: 0) + words + "\n"
        }
        return text
    }

    /// One row of the page.
    var markdown: String {
        let cells = [
            row.id, row.fault, row.injection, row.robot, evidence.robot, evidence.lost,
            evidence.operatorSaw,
            verdict.rawValue
                + (evidence.problems.isEmpty
                    ? "" : ": " + evidence.problems.joined(separator: "; "))
                + (trials.note.map { " (\($0))" } ?? ""),
        ]
        return "| "
            + cells.map {
                $0.replacingOccurrences(of: "|", with: "\\|")
                    .replacingOccurrences(of: "\n", with: " ")
            }.joined(separator: " | ") + " |"
    }
}
