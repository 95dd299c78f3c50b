import Configuration
import Control
import Testing

@testable import Agent
@testable import Report
@testable import TestSupport

/// A policy that knows nothing drives the arm into every corner of its workspace.
@Suite("A healthy robot")
struct HealthyRobotTests {
    @Test("Every robot that Hone comes with passes the guardian's test of itself")
    func selfTests() throws {
        let project = Project(root: HoneProgram.root)
        #expect(project.robots.count >= 7)
        for name in project.robots {
            #expect(SelfTest.passes(try RobotFile.read(name, in: project)), "\(name)")
        }
    }

    /// Seed 2 found the wrist near the edge of its reach, where it turns faster than the tool may and yaw is left behind.
    @Test("It is neither stopped nor held, whatever the policy wants", arguments: [2, nil])
    func wild(fixed: Int?) throws {
        let scratch = try Scratch()
        let seed = fixed ?? Int.random(in: 0...999_999)
        let session = FinishedSession(scratch.path("session"))
        let outcome = try HoneProgram.run(
            KilledSession.begin(session, seed: UInt64(seed))
                + TinySession.sets(["session.max_online_episodes=20"]))
        #expect(outcome.code == 0, "seed \(seed): \(outcome.errors)")
        let report = try session.report
        #expect(report.stops == 0 && report.holds == 0, "seed \(seed)")
    }
}
