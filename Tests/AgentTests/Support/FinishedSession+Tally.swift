import Configuration
import Experience
import Foundation
import Platform
import Report
import Testing

@testable import Agent
@testable import TestSupport

extension FinishedSession {
    /// What the log alone comes to.
    var tally: SessionTally {
        get throws {
            var tally = SessionTally(for: try RecordedSession(folder).launch)
            try SessionLogReader(session: folder + "/log").records { tally.accept($0, at: $1) }
            return tally
        }
    }

    /// Expects that the report says what the log says, of every count, in however many processes it was lived.
    func expectReportCountsTheLog(sourceLocation: SourceLocation = #_sourceLocation) throws {
        let (tally, report) = (try tally, try report)
        var counted = report
        tally.fill(&counted)
        let lines = [try counted.json(), try report.json()].map { json in
            json.split(separator: "\n").map(String.init)
        }
        #expect(
            lines[0].difference(from: lines[1]).map { "\($0)" } == [],
            sourceLocation: sourceLocation)
        if let lateness = report.tickLateness {
            #expect(LatencySummary(tally.lateness) == lateness, sourceLocation: sourceLocation)
            #expect(
                LatencySummary(tally.decisions) == report.policyLatency,
                sourceLocation: sourceLocation)
        }
        #expect(report.samplesDropped == 0, sourceLocation: sourceLocation)
    }
}
