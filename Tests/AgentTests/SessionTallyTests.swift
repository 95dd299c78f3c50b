import Configuration
import Control
import Driving
import Embodiment
import Experience
import Foundation
import Platform
import Report
import Testing

@testable import Agent
@testable import TestSupport

/// One fold over the log's records: what a session counts while it lives is what its log comes to.
@Suite("Tally of a session")
struct SessionTallyTests {
    private let scratch: Scratch
    private var folder: String { scratch.path("session") }

    init() throws { scratch = try Scratch() }

    /// Lives a little of everything that counts, with a robot that is scripted.
    private func live(launch: String) throws -> Session {
        let session = try Session.own(folder, .finetune, launch: launch)
        let robot = ScriptedRobot(session.launch.robot)
        let runner = session.runner(on: robot)
        let loop = EpisodeLoop(session: session, runner: runner)
        try session.stage("demonstrations") {
            _ = try loop.run(purpose: .demonstration, index: 0, driver: .operatorAction)
            try loop.passBoundary()
        }
        session.tick(from: 1, [.none, .observationLate, .none, .tracking])
        _ = try session.evaluate(runner, name: "before", episodes: 2, driver: .imitation)
        try session.stage("fine-tuning") {
            for (number, version) in [(10, 1), (11, 2), (12, 1), (13, 4)] as [(UInt32, UInt32)] {
                try session.live(number, .training, version: version)
            }
            try session.live(14, .training, outcome: .aborted)
            try session.live(15, .training, outcome: nil)
            session.narrator.tell("weights were taken back", as: .rollback)
            session.tick(from: 1, [.tickLate])
            var counters = RobotCounters()
            counters.stops = 2
            counters.holds = 2
            counters.pageFaults.minor = 3
            counters.pageFaults.major = 1
            session.logbook.close(counters, since: SessionTally(for: session.launch))
        }
        try session.logbook.enter(.stage("evaluation after"))
        try session.live(16, .evaluation, outcome: .aborted)
        try session.logbook.enter(.stoppedTry)
        return session
    }

    /// The log's records, and what they come to without those that are left out.
    private func fold(
        _ session: Session, leavingOut isLeftOut: (LogRecord) -> Bool = { _ in false }
    ) throws -> (tally: SessionTally, left: Int) {
        var tally = SessionTally(for: session.launch)
        var left = 0
        try SessionLogReader(session: session.directory.log.path).records { record, time in
            if isLeftOut(record) { left += 1 } else { tally.accept(record, at: time) }
        }
        return (tally, left)
    }

    @Test(
        "What was counted while it lived is what its log comes to",
        arguments: ["demo", "demo-realtime"])
    func liveIsReplayed(launch: String) throws {
        let session = try live(launch: launch)
        try session.letGo()
        let live = session.tally
        #expect(try fold(session).tally == live)
        // None of it is what nothing would come to.
        #expect(live.episodeNumber == 17 && live.decisionNumber == 17)
        #expect(live.swaps == 3 && live.rollbacks == 1)
        #expect(live.ticks.ticks == 5 && live.holds == 2 && live.stops == 2)
        #expect(live.demonstrations.tried == 1 && live.evaluation.stoppedTries == 1)
        #expect(live.training.index == 6 && live.training.episodes.count == 4)
        #expect(live.training.cutShort == 1 && live.stage == "evaluation after")
        #expect(live.newestVersion == 4 && live.lastObservation != nil)
        #expect(live.pageFaults.minor == 3 && live.pageFaults.major == 1)
        #expect(live.decisions.count > 0)
    }

    @Test(
        "A fold that forgets records of any kind comes to something else",
        arguments: [
            "episode start", "transition", "episode end", "tick", "stage", "try", "unseen",
            "rollback", "page_faults",
        ])
    func forgetful(kind: String) throws {
        let session = try live(launch: "demo-realtime")
        try session.letGo()
        let (tally, left) = try fold(session) { record in
            switch record {
            case .episodeStart: kind == "episode start"
            case .transition: kind == "transition"
            case .episodeEnd: kind == "episode end"
            case .tick: kind == "tick"
            case .event(let event): event.name == kind
            case .metrics, .label: false
            }
        }
        #expect(left > 0)
        #expect(tally != session.tally)
    }

    @Test("Time counts from an episode's beginning to its end, and of motions outside of one")
    func robotSeconds() throws {
        let session = try Session.own(folder, .finetune)
        var tally = SessionTally(for: session.launch)
        try session.letGo()
        func at(_ seconds: Double) -> MonotonicTime {
            MonotonicTime(nanoseconds: UInt64(seconds * 1e9))
        }
        let start = EpisodeStart(number: 3, seed: 1, purpose: .training)
        tally.accept(.episodeStart(start), at: at(1))
        tally.accept(
            .episodeEnd(EpisodeEnd(number: 3, outcome: .aborted, steps: 0)), at: at(3.5))
        #expect(tally.robotSeconds == 2.5 && tally.training.seconds == 2.5)
        // The robot waited for a person: that is no time of the robot's.
        tally.accept(.event(SessionMark.motionBegan("home").event), at: at(100))
        tally.accept(.event(SessionMark.motionBegan("home").event), at: at(200))
        tally.accept(.event(SessionMark.motionEnded("home").event), at: at(201))
        #expect(tally.robotSeconds == 3.5 && tally.training.seconds == 2.5)
        #expect(tally.trainingSeconds == 3.5 && tally.episodeNumber == 4)
        // Another process: what the one before was in the middle of is no robot time but for its steps.
        tally.accept(
            .episodeStart(EpisodeStart(number: 4, seed: 1, purpose: .evaluation)), at: at(210))
        tally.accept(.event(SessionMark.resumed("resumed").event), at: at(9))
        #expect(tally.robotSeconds == 3.5 && tally.training.index == 1)
    }

    @Test("Training episodes that are cut short count in a row, anew after one that is not")
    func cutShort() throws {
        let session = try Session.own(folder, .finetune)
        var rows: [Int] = []
        let outcomes: [EpisodeOutcome] = [.aborted, .aborted, .failure, .aborted, .success]
        for (number, outcome) in outcomes.enumerated() {
            try session.live(UInt32(number), .training, outcome: outcome)
            rows.append(session.tally.training.cutShort)
        }
        #expect(rows == [1, 2, 0, 1, 0])
        #expect(session.tally.training.outcomes.map(\.index) == [2, 4])
        try session.letGo()
    }

    @Test("Every mark is read back from its event, and no other event is one")
    func marks() {
        let marks: [SessionMark] = [
            .stage("evaluation before"), .motionBegan("home"), .motionEnded("replay"),
            .stoppedTry, .unseen(holds: 3, stops: 12), .resumed("resumed with episode 4"),
        ]
        for mark in marks { #expect(SessionMark(mark.event) == mark) }
        for (name, message) in [
            ("guardian", "home begins"), ("motion", "home"), ("unseen", "3 holds"), ("note", ""),
        ] {
            #expect(
                SessionMark(LogEvent(level: .info, name: name, message: message)) == nil)
        }
    }

    @Test("The report of a demo in lockstep says what its log says")
    func demo() throws {
        let session = try SharedDemo.session()
        try session.expectReportCountsTheLog()
        #expect(try session.tally.ticks.ticks > 100)
    }
}
