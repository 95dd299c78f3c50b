import Testing

extension TinySession {
    /// A recorded session with at least two successful demonstrations.
    static func record(in scratch: Scratch) throws -> FinishedSession {
        let outcome = try HoneProgram.run(
            [
                "record", "demo", "--episodes", "2", "--quiet", "--directory",
                scratch.path("recorded"),
            ] + Self.arguments)
        try #require(outcome.code == 0, "\(outcome.errors)")
        return FinishedSession(scratch.path("recorded"))
    }
}
