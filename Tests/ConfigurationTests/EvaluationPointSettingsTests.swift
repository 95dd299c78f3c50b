import Testing

@testable import Configuration

@Suite("Evaluations on the way, as a launch asks for them")
struct EvaluationPointSettingsTests {
    private let scratch: ScratchProject

    init() throws { scratch = try ScratchProject() }

    private func points(_ settings: [String]) throws -> EvaluationPointSettings? {
        try LaunchFile.read("demo", in: scratch.project, overrides: settings)
            .session.evaluationPoints
    }

    @Test("None unless minutes are given; fifty episodes unless said otherwise")
    func settings() throws {
        #expect(try points([]) == nil)
        #expect(
            try points(["session.evaluate_every_minutes=10"])
                == EvaluationPointSettings(everyMinutes: 10, episodes: 50))
        #expect(
            try points(["session.evaluate_every_minutes=2.5", "session.curve_episodes=7"])
                == EvaluationPointSettings(everyMinutes: 2.5, episodes: 7))
    }

    @Test("What makes no sense is refused where it stands")
    func refused() {
        #expect(
            scratch.complaint("demo", ["session.curve_episodes=7"])
                .contains("curve_episodes goes with evaluate_every_minutes"))
        #expect(
            scratch.complaint("demo", ["session.evaluate_every_minutes=0.001"])
                .contains("is more than 1000 evaluations"))
        #expect(
            scratch.complaint("demo", ["session.evaluate_every_minutes=0"])
                .contains("out of range"))
    }
}
