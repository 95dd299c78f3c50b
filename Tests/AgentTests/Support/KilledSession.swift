import Embodiment
import Experience
import Foundation
import Platform
import Testing

@testable import Agent
@testable import Report
@testable import TestSupport

/// A tiny lockstep demo that is killed as often as a test wants, and its uninterrupted twin.
struct KilledSession {
    /// `--set` arguments beside the tiny ones: a resume point at each second boundary.
    static let arguments =
        TinySession.arguments
        + TinySession.sets([
            "session.checkpoint_episodes=2", "session.max_online_episodes=4",
            "session.robot_minutes=3",
        ])

    /// The session that nobody interrupts.
    static func reference(seed: UInt64, in scratch: Scratch) throws -> FinishedSession {
        let session = FinishedSession(scratch.path("reference-\(seed)"))
        let outcome = try HoneProgram.run(begin(session, seed: seed))
        try #require(outcome.code == 0, "\(outcome.errors)")
        return session
    }

    /// Arguments that begin a session.
    static func begin(_ session: FinishedSession, seed: UInt64) -> [String] {
        ["demo", "--quiet", "--seed", "\(seed)", "--directory", session.folder] + arguments
    }

    /// Arguments that begin a session, or go on with it.
    static func resume(_ session: FinishedSession, seed: UInt64) -> [String] {
        // Killed before it was there at all, a session is begun once more.
        let isThere = FileManager.default.fileExists(atPath: session.folder + "/session.json")
        return isThere
            ? ["demo", "--quiet", "--resume", session.folder] : begin(session, seed: seed)
    }

    /// Expects that an interrupted session became what the uninterrupted one is.
    static func expectEqual(
        _ session: FinishedSession, _ reference: FinishedSession, _ what: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let (found, log) = try session.log
        let wanted = try reference.log.episodes
        #expect(
            found.map(\.number) == wanted.map(\.number), "\(what)", sourceLocation: sourceLocation)
        for (episode, twin) in zip(found, wanted) where episode != twin {
            Issue.record(
                "\(what): episode \(episode.number) differs", sourceLocation: sourceLocation)
        }
        #expect(log.issues.isEmpty, "\(what): \(log.issues)", sourceLocation: sourceLocation)
        let fingerprint = try session.report.fingerprint()
        #expect(
            try fingerprint == reference.report.fingerprint(), "\(what)",
            sourceLocation: sourceLocation)
        #expect(
            try session.weights == reference.weights, "\(what): weights",
            sourceLocation: sourceLocation)
        #expect(
            try session.ticks.map(\.commanded) == reference.ticks.map(\.commanded),
            "\(what): commands", sourceLocation: sourceLocation)
        #expect(
            try times(of: session) == times(of: reference), "\(what): the robot's time",
            sourceLocation: sourceLocation)
    }

    /// When each command was given and each step was decided, on the robot's clock.
    private static func times(of session: FinishedSession) throws -> [MonotonicTime] {
        var found: [MonotonicTime] = []
        try SessionLogReader(session: session.folder + "/log").records { record, time in
            switch record {
            case .tick, .transition: found.append(time)
            default: break
            }
        }
        return found.sorted()
    }

    /// Numbers of the training episodes that `metrics.jsonl` has reported as done.
    static func acknowledged(_ session: FinishedSession) -> Int { session.episodesSoFar }

    /// Training episodes that are whole in the log.
    static func durable(_ session: FinishedSession) -> Int {
        let episodes = (try? session.log.episodes) ?? []
        return episodes.count { $0.purpose == .training && $0.outcome != .aborted }
    }
}

extension HoneProgram.Running {
    /// A child whose command line holds `word`, if there is one now.
    func childNow(_ word: String) -> Int32? {
        let list = "/proc/\(child.identifier)/task/\(child.identifier)/children"
        let numbers = ((try? String(contentsOfFile: list, encoding: .utf8)) ?? "")
            .split(separator: " ").compactMap { Int32($0) }
        return numbers.first { number in
            let line = FileManager.default.contents(atPath: "/proc/\(number)/cmdline")
            return String(decoding: line ?? Data(), as: UTF8.self)
                .split(separator: "\0").contains(Substring(word))
        }
    }
}
