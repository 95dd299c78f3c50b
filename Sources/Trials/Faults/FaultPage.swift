import Bridge
import Foundation
import Platform
import Report

/// The results as a page.
enum FaultPage {
    /// How many rows went how.
    static func summary(_ results: [FaultResult]) -> String {
        let passed = results.count { $0.verdict == .pass }
        let failed = results.count { $0.verdict == .fail }
        return "\(results.count) rows: \(passed) as they must, \(failed) not, "
            + "\(results.count - passed - failed) not possible on this machine"
    }

    /// Markdown.
    static func text(_ results: [FaultResult], seed: UInt64) -> String {
        let date = ISO8601DateFormatter().string(from: Date())
        var text = """
            # Faults

            Every row was injected into real processes by `hone faults` (version \(Version.text), \(date), \
            seed \(seed), \(HoneThread.coreCount) cores). \(summary(results)).

            | row | fault | injection | the robot must | the robot did | lost | the operator saw | verdict |
            |---|---|---|---|---|---|---|---|

            """
        for result in results { text += result.markdown + "\n" }
        return text
    }
}
