import Foundation
import Platform
import Report
import Testing

@testable import Agent
@testable import Configuration
@testable import TestSupport

/// What a person is told of a bridge that more than this account can reach.
@Suite("A bridge without keys")
struct OpenBridgeTests {
    private static let words = "any account of this machine can command this robot"

    @Test("Robot and session say that any account can command it; the report has it too")
    func session() throws {
        let project = try OwnProject()
        let endpoint = "tcp://127.0.0.1:\(UInt16.random(in: 20_000...30_000))"
        try project.change("launch/demo.yaml", "simulation:", "bridge:")
        try project.change("launch/demo.yaml", "  variant: field", "  connect_s: 30")
        try project.change("launch/demo.yaml", "  noise: 1", "  endpoint: \(endpoint)")
        let session = FinishedSession(project.scratch.path("session"))
        let robot = try HoneProgram.Running(["sim", "--lockstep", "--endpoint", endpoint])
        let outcome = try HoneProgram.run(
            ["record", "demo", "--directory", session.folder] + TinySession.arguments,
            in: project.scratch.folder)
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(outcome.errors.contains(Self.words), "\(outcome.errors)")
        let told = try session.report.events.filter { $0.cause.contains(Self.words) }
        #expect(told.count == 1 && told.first?.kind == .note, "\(told)")
        robot.interrupt()
        let output = try robot.finish().output
        #expect(output.contains("\(Self.words): \(endpoint) has no keys"), "\(output)")
    }

    @Test("The doctor says it of a launch that names such an endpoint")
    func doctor() throws {
        let project = Project(root: HoneProgram.root)
        let open = try LaunchFile.read("widowx-cup", in: project, overrides: [])
        let finding = try #require(DoctorCommand.endpoint(of: open))
        #expect(finding.value == "tcp://127.0.0.1:5570, without keys")
        #expect(finding.advice?.contains(Self.words) == true)
        // A socket of its own, which the agent makes, is private.
        #expect(
            DoctorCommand.endpoint(
                of: try LaunchFile.read("demo-realtime", in: project, overrides: [])) == nil)
    }

    @Test("A launch file may not name an abstract socket")
    func abstract() {
        for name in ["@", "@robot"] {
            let problem = LaunchFile.endpointProblem("ipc://\(name)")
            #expect(problem?.contains("a name after @ has no permissions") == true)
        }
        #expect(LaunchFile.endpointProblem("ipc:///run/robot@lab") == nil)
    }
}
