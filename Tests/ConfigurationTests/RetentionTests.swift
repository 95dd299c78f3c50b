import Configuration
import Recipe
import Testing

@Suite("Which versions of the weights a launch keeps")
struct RetentionTests {
    private func retention(_ overrides: [String]) throws -> VersionRetention {
        // Its folder is there as long as it is.
        let scratch = try ScratchProject()
        return try withExtendedLifetime(scratch) {
            try LaunchFile.read("demo", in: scratch.project, overrides: overrides).session.retention
        }
    }

    @Test("All that acted, one in so many, or the last")
    func kinds() throws {
        #expect(try retention([]) == .acted)
        #expect(try retention(["session.retain_versions=acted"]) == .acted)
        #expect(
            try retention(["session.retain_versions=every", "session.retain_count=10"])
                == .every(count: 10))
        #expect(
            try retention(["session.retain_versions=last", "session.retain_count=20"])
                == .last(count: 20))
    }

    @Test("A kind without its count, and a count without its kind, are refused")
    func incomplete() throws {
        let scratch = try ScratchProject()
        #expect(
            scratch.complaint("demo", ["session.retain_versions=last"])
                .contains("retain_versions: last needs a retain_count"))
        #expect(
            scratch.complaint("demo", ["session.retain_count=5"])
                .contains("retain_count goes with retain_versions"))
    }
}
