import Configuration
import Control
import Embodiment
import Experience
import Foundation
import Platform
import Testing

@testable import Agent
@testable import Driving
@testable import Learning
@testable import Report
@testable import TestSupport

/// By the wall clock what was lived behind the resume point is not lived once more: it is counted.
@Suite("What was lived behind the resume point")
struct CatchUpTests {
    private let scratch: Scratch
    private var folder: String { scratch.path("session") }

    init() throws { scratch = try Scratch() }

    /// The kinds of all events that the report would have now.
    private func events(of session: Session) -> [EventRecord.Kind] {
        var report = session.report
        session.journal.fill(&report)
        return report.events.map(\.kind)
    }

    private func makeWeights(_ session: Session, version: UInt32) throws {
        let name = "/00000\(version).safetensors"
        try Files.replace(session.directory.weights.path + name, with: [0])
    }

    /// A process that is killed some time behind its only point.
    private func first() throws {
        let session = try Session.own(folder, .finetune)
        session.trainer.publish()
        session.acting.loadNewest()
        try session.stage("evaluation before") {
            try session.live(0, .evaluation)
            session.tick(from: 1, [.none, .observationLate, .observationLate, .none])
            session.narrator.tell("held before the point", as: .hold)
        }
        // Behind the point: two stops, a hold, two newer versions that act, and weights taken back.
        session.tick(from: 5, [.tracking, .tracking, .none])
        session.tick(from: 1, [.none, .tickLate, .holdTooLong, .none])
        session.narrator.tell("stopped behind the point", as: .stop)
        for (number, version) in [(1, 1), (2, 2), (3, 4), (4, 2)] as [(UInt32, UInt32)] {
            try session.live(number, .training, version: version)
        }
        try makeWeights(session, version: 4)
        session.narrator.tell("weights were taken back", as: .rollback)
        // Stopped once more when it is killed.
        session.tick(from: 5, [.tracking])
        try session.letGo()
    }

    /// One that goes on from there, writes a point, lives on and is killed as well.
    private func second() throws {
        let session = try Session.own(folder, .finetune, isResume: true)
        try session.resume()
        #expect(session.tally.ticks.ticks == 12)
        #expect(session.tally.holds == 2 && session.tally.stops == 3)
        #expect(session.tally.rollbacks == 1)
        #expect(events(of: session) == [.hold, .stop, .rollback])
        #expect(session.tally.training.index == 4)
        // The versions 1, 2 and 4; that of the point acts again, and has been counted.
        #expect(session.tally.swaps == 3)
        session.acting.loadNewest()
        try session.live(5, .training, version: session.acting.version)
        #expect(session.acting.version == 1 && session.tally.swaps == 3)
        session.trainer.publish()
        session.acting.loadNewest()
        try session.live(6, .training, version: session.acting.version)
        #expect(session.acting.version == 5 && session.tally.swaps == 4)
        // Another guardian: what stops it at its first tick is a stop of its own.
        session.tick(from: 1, [.tracking])
        session.narrator.tell("before the second point")
        try session.resumption.savePoint(of: session)
        session.tick(from: 2, [.none, .sequenceGap])
        session.narrator.tell("held behind the second point", as: .hold)
        try session.letGo()
    }

    @Test("Holds, stops, swaps, roll-backs and events are in the report, each of them once")
    func counts() throws {
        try first()
        try second()
        let session = try Session.own(folder, .finetune, isResume: true)
        try session.resume()
        #expect(session.tally.ticks.ticks == 15)
        #expect(session.tally.holds == 3 && session.tally.stops == 4)
        #expect(session.tally.rollbacks == 1)
        #expect(events(of: session) == [.hold, .stop, .rollback, .note, .hold])
        #expect(session.tally.swaps == 4)
        try session.letGo()
    }

    /// A process that is killed in an evaluation that has no resume point of its own yet.
    private func evaluatesFirst() throws {
        let session = try Session.own(folder, .finetune)
        try session.stage("offline critic") {}
        try session.logbook.enter(.stage("evaluation before"))
        try session.live(0, .evaluation)
        try session.live(1, .evaluation, outcome: .failure)
        try session.live(2, .evaluation, outcome: nil)
        try session.letGo()
    }

    @Test("An episode that ended with its process is no try of the policy; one that it outlived is")
    func tries() throws {
        for tries in 1...2 {
            let session = try Session.own(folder, .finetune, isResume: tries > 1)
            if tries > 1 {
                try session.resume()
                #expect(session.tally.evaluation.stoppedTries == 1)
            } else {
                try session.stage("offline critic") {}
                try session.live(0, .evaluation, outcome: .aborted)
                try session.logbook.enter(.stoppedTry)
            }
            try session.live(session.tally.episodeNumber, .evaluation, outcome: .aborted)
            try session.letGo()
        }
        let session = try Session.own(folder, .finetune, isResume: true)
        try session.resume()
        #expect(session.tally.evaluation.stoppedTries == 1 && session.tally.evaluation.done == 0)
        try session.letGo()
    }

    @Test("Evaluation episodes count that were lived before the evaluation's first point")
    func evaluation() throws {
        try evaluatesFirst()
        let session = try Session.own(folder, .finetune, isResume: true)
        try session.resume()
        #expect(session.tally.evaluation.done == 2)
        #expect(session.tally.evaluation.stoppedTries == 0, "one that was cut off is no try")
        let robot = ScriptedRobot(session.launch.robot)
        let runner = session.runner(on: robot)
        let before = try session.evaluate(runner, name: "before", episodes: 4, driver: .imitation)
        #expect(before == SuccessRate(successes: 3, episodes: 4))
        #expect(robot.starts.map(\.episode) == [3, 4])
        // The next one begins with its first start state.
        let after = try session.evaluate(runner, name: "after", episodes: 3, driver: .guided)
        #expect(after == SuccessRate(successes: 3, episodes: 3))
        #expect(robot.starts.count == 5)
        // The first of all was the third one.
        #expect(robot.starts[2].seed == robot.starts[0].seed &- 2)
        try session.letGo()
    }
}
