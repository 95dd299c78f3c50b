import Foundation
import Platform
import Report

/// What `hone replay --verify` prints.
extension DecisionCheck {
    /// For `--json`.
    ///
    /// - Parameters:
    ///   - kernels: of this process.
    ///   - recorded: of the session.
    func json(kernels: String, recorded: String?) -> JSONValue {
        let missing = missing.sorted { $0.key < $1.key }.map { version, reason in
            JSONValue.object(["version": JSONValue(Int(version)), "reason": .string(reason)])
        }
        let differences = differences.map { difference in
            JSONValue.object([
                "episode": JSONValue(Int(difference.episode)),
                "step": JSONValue(Int(difference.step)), "axis": .string(difference.axis),
                "logged": .number(difference.logged),
                "recomputed": .number(difference.recomputed),
                "version": JSONValue(Int(difference.version)),
            ])
        }
        return .object([
            "verified": .bool(isComplete), "decisions": JSONValue(decisions),
            "equal": JSONValue(equal), "different": JSONValue(different),
            "without_weights": JSONValue(withoutWeights), "unrecorded": JSONValue(unrecorded),
            "versions": JSONValue(versionLoads),
            "missing_versions": .array(missing), "differences": .array(differences),
            "log_issues": .array(issues.map { .string($0) }), "log_is_lossy": .bool(isLossy),
            "seam_jump": .object([
                "count": JSONValue(seams.count), "mean": .number(seams.mean),
                "largest": .number(seams.largest),
            ]),
            "decision_hash": .string(hash.text), "ticks": JSONValue(ticks),
            "robot_minutes": .number(robotSeconds / 60), "wall_seconds": .number(wallSeconds),
            "times_real_time": .number(speed), "kernels": .string(kernels),
            "recorded_kernels": recorded.map { .string($0) } ?? .null,
        ])
    }

    /// For a person.
    func text(kernels: String, recorded: String?, on terminal: Terminal) -> String {
        var lines: [String] = []
        func row(_ name: String, _ value: String) {
            lines.append(name.padding(toLength: 14, withPad: " ", startingAt: 0) + value)
        }
        let share = "\(equal) of \(decisions) equal to the bit"
        row("decisions", isComplete ? terminal.green(share) : terminal.red(share))
        if different > 0 { row("different", "\(different)") }
        if withoutWeights > 0 { row("no weights", "\(withoutWeights)") }
        if unrecorded > 0 {
            row("not recorded", "\(unrecorded): the log does not say how they were made")
        }
        for difference in differences {
            lines.append(
                "  episode \(difference.episode), step \(difference.step), \(difference.axis): "
                    + "logged \(difference.logged), recomputed \(difference.recomputed), "
                    + "weights \(difference.version)")
        }
        if different > differences.count {
            lines.append("  and \(different - differences.count) more")
        }
        for (version, reason) in missing.sorted(by: { $0.key < $1.key }) {
            lines.append("  weights \(version): \(reason)")
        }
        for issue in issues { lines.append("  \(issue)") }
        row("weights", "\(versionLoads) versions read")
        if seams.count > 0 {
            row(
                "seam jump",
                "mean \(NumberText.fixed(seams.mean, decimals: 3)), largest "
                    + "\(NumberText.fixed(seams.largest, decimals: 3)) of the action box' ±1, at "
                    + "\(seams.count) decisions that the one before had planned for")
        }
        row("hash", hash.text)
        row("kernels", kernels)
        if let recorded, recorded != kernels {
            lines.append(
                "  recorded with \(recorded): other kernels round otherwise, so differences in "
                    + "the last digits are to be expected here")
        }
        row("robot time", NumberText.fixed(robotSeconds / 60, decimals: 1) + " min")
        row(
            "wall time",
            NumberText.duration(wallSeconds) + ", "
                + NumberText.fixed(speed, decimals: 0) + " times real time")
        return lines.joined(separator: "\n") + "\n"
    }

    /// Why the session is not verified; nil when it is.
    var failure: String? {
        if isComplete { return nil }
        if decisions == 0 { return "the session's log holds no decision of a policy" }
        var parts: [String] = []
        if different > 0 { parts.append("\(different) came out otherwise") }
        if withoutWeights > 0 { parts.append("\(withoutWeights) lack their weights") }
        if unrecorded > 0 {
            parts.append("of \(unrecorded) the log does not say how they were made")
        }
        if isLossy { parts.append("the log has lost some") }
        return "\(equal) of \(decisions) decisions are verified: "
            + parts.joined(separator: ", ")
    }
}
