import Configuration
import Embodiment
import Experience
import Foundation
import Platform
import Testing

@testable import Agent
@testable import Driving
@testable import Report
@testable import TestSupport

/// Evaluations on a robot that is scripted.
@Suite("Evaluation")
struct EvaluationTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func session(_ command: SessionKind) throws -> Session {
        try Session.own(scratch.path("session"), command)
    }

    @Test(
        "A start state counts as failed, and that is told, when all tries of it were stopped",
        arguments: [EvaluationTally.mostTries - 1, EvaluationTally.mostTries])
    func stopped(times: Int) throws {
        let session = try session(.evaluate)
        let robot = ScriptedRobot(session.launch.robot)
        robot.failures = times
        let rate = try session.evaluate(
            session.runner(on: robot), name: "evaluation", episodes: 2, driver: .imitation)
        let isGivenUp = times == EvaluationTally.mostTries
        #expect(rate == SuccessRate(successes: isGivenUp ? 1 : 2, episodes: 2))
        #expect(robot.restarts == times)
        // Three tries of the first start state, one of the second.
        let seeds = robot.starts.map(\.seed)
        #expect(seeds.count == 4 && Set(seeds.prefix(3)).count == 1 && seeds[3] != seeds[0])
        var report = session.report
        session.journal.fill(&report)
        let told = report.events.filter { $0.cause.contains("start state 1 counts as failed") }
        #expect(told.count == (isGivenUp ? 1 : 0))
        try session.letGo()
    }

    @Test(
        "An episode ends with the step in which its bridge says so; only an end by time is none of the task's",
        arguments: ["success", "terminal", "truncated"])
    func ends(by end: String) throws {
        let session = try session(.evaluate)
        let robot = ScriptedRobot(session.launch.robot)
        robot.end =
            end == "success" ? \.isSuccess : end == "terminal" ? \.isTerminal : \.isTruncated
        let isTerminal = end != "truncated"
        let episode = try session.runner(on: robot).run(
            number: 0, seed: 1, purpose: .training, driver: .imitation, firstDecision: 0
        ).episode
        #expect(episode.outcome == (end == "success" ? .success : .failure))
        #expect(episode.transitions.count == 1)
        #expect(episode.transitions.last?.isTerminal == isTerminal)
        let reward = episode.transitions.last?.reward ?? 0
        let mask = MonteCarloReturns.mask(
            reward: reward, isTerminal: isTerminal, absorbsFailures: true)
        #expect(mask == (isTerminal ? 0 : 1))
        try session.letGo()
    }

    @Test("An interrupt ends it, however often it would be tried again")
    func interrupted() throws {
        let session = try session(.evaluate)
        let robot = ScriptedRobot(session.launch.robot)
        robot.failures = .max
        let interrupt = session.interrupt
        robot.onRestart = { interrupt.request() }
        let rate = try session.evaluate(
            session.runner(on: robot), name: "evaluation", episodes: 2, driver: .imitation)
        #expect(rate?.episodes == 0 && robot.starts.count == 1)
        try session.letGo()
    }

    @Test(
        "Where nothing is learned no episode waits in the memory, and elsewhere none is dropped",
        arguments: [SessionKind.run, .evaluate, .finetune])
    func memory(command: SessionKind) throws {
        let session = try session(command)
        let robot = ScriptedRobot(session.launch.robot)
        _ = try session.evaluate(
            session.runner(on: robot), name: "evaluation", episodes: 3, driver: .imitation)
        #expect(session.recorder.statistics.durableEpisodes == 3)
        var waiting = 0
        while session.recorder.takeDurableEpisode() != nil { waiting += 1 }
        #expect(waiting == (command == .finetune ? 3 : 0))
        try session.letGo()
    }
}
