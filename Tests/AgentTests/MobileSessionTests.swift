import Embodiment
import Foundation
import Testing

@testable import Agent
@testable import Experience
@testable import Report
@testable import TestSupport

@Suite("A session of a base with an arm")
struct MobileSessionTests {
    @Test("It is demonstrated to, learns, drives and is logged as any other robot")
    func session() throws {
        let scratch = try Scratch()
        let outcome = try HoneProgram.run(
            [
                "demo", "--launch", "drive-and-reach", "--directory", scratch.path("session"),
                "--quiet",
            ] + TinySession.arguments)
        try #require(outcome.code == 0, "\(outcome.errors)")
        let session = FinishedSession(scratch.path("session"))
        let report = try session.report
        #expect(report.stops == 0 && report.ticks > 1000)
        let ticks = try session.ticks
        // The base drives, within its limits, and every episode begins at rest.
        #expect(ticks.contains { abs($0.commanded[0]) > 0.2 })
        #expect(ticks.allSatisfy { abs($0.commanded[0]) <= 0.4 && abs($0.commanded[1]) <= 1 })
        let episodes = try session.log.episodes
        #expect(episodes.count >= 6)
        let demonstrations = episodes.filter { $0.outcome == .success }
        #expect(demonstrations.count >= 2, "\(episodes.map(\.outcome))")
        // What another robot recorded is not taken, and what is different is said.
        let other = try HoneProgram.run(
            [
                "pretrain", "demo", "--data", scratch.path("session"), "--directory",
                scratch.path("pretrained"), "--quiet",
            ] + TinySession.arguments)
        #expect(other.code != 0)
        #expect(other.errors.contains("robot"), "\(other.errors)")
    }
}
