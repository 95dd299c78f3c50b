import Foundation
import Testing

@testable import Agent
@testable import TestSupport

/// One tiny demo, run once and looked at by several tests.
enum SharedDemo {
    private static let made: Result<Scratch, any Error> = Result {
        let scratch = try Scratch()
        let outcome = try HoneProgram.run(
            ["demo", "--seed", "5", "--directory", scratch.path("demo"), "--quiet"]
                + TinySession.arguments)
        try #require(outcome.code == 0, "\(outcome.errors)")
        return scratch
    }

    /// The session; its folder is removed when the tests end, because a static is never released.
    static func session() throws -> FinishedSession {
        let scratch = try made.get()
        _ = removal
        return FinishedSession(scratch.path("demo"))
    }

    /// A copy that a test may damage.
    static func copy(into scratch: Scratch) throws -> FinishedSession {
        try FileManager.default.copyItem(atPath: session().folder, toPath: scratch.path("copy"))
        return FinishedSession(scratch.path("copy"))
    }

    private static let removal: Int32 = atexit {
        if let scratch = try? SharedDemo.made.get() { scratch.remove() }
    }
}
