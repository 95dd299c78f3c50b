import Configuration
import Control
import Embodiment
import Experience
import Platform

@testable import Agent
@testable import Driving
@testable import Learning
@testable import Report
@testable import TestSupport

/// Sessions of this process by the wall clock, whose robot is scripted or not there at all.
extension Session {
    /// A session with tiny networks, attended; nobody's signals end it.
    static func own(
        _ folder: String, _ command: SessionKind, isResume: Bool = false,
        launch: String = "demo-realtime", settings: [String] = []
    ) throws -> Session {
        let project = Project(root: HoneProgram.root)
        let overrides = TinySession.networks.filter { $0 != "--set" } + settings
        var request = SessionRequest(
            launch: launch, overrides: overrides, directory: folder, json: false,
            quiet: true)
        request.command = command
        request.isResume = isResume
        request.isAttended = true
        return try Session(
            request: request,
            launch: LaunchFile.read(request.launch, in: project, overrides: overrides),
            project: project, interrupt: Interrupt(watchesSignals: false))
    }

    /// Evaluates on a robot, in a stage of that name.
    func evaluate(
        _ runner: EpisodeRunner, name: String, episodes: Int, driver: Driver
    ) throws -> SuccessRate? {
        try Evaluation(
            stage: "evaluation \(name)", name: name, episodes: episodes, driver: driver,
            result: \.successAfter, runner: runner
        ).run(in: self)
        return report.successAfter
    }

    /// Ends its threads and its log, and writes no report: to who comes after, it was killed.
    func letGo() throws {
        operatorServer.finish()
        trainer.learner.stop()
        try recorder.close()
    }

    /// What runs episodes on a robot, with actions that ask for nothing.
    func runner(on robot: any Robot) -> EpisodeRunner {
        let rest = Action(count: launch.robot.axes.count)
        let runner = EpisodeRunner(
            robot: robot, calibration: launch.calibration, maximumSteps: 5, interrupt: interrupt,
            policy: ScriptedPolicy(version: 0) { _ in rest }, seed: 0)
        runner.onRecord = { [unowned self] record, time throws(RobotError) in
            do { try logbook.enter(record, at: time) } catch { throw .recording("\(error)") }
        }
        return runner
    }

    /// Records two steps of an episode as the robot's.
    ///
    /// - Parameters:
    ///   - version: of the weights that act.
    ///   - outcome: nil for an episode that the process is killed in.
    func live(
        _ number: UInt32, _ purpose: EpisodePurpose, version: UInt32 = 1,
        outcome: EpisodeOutcome? = .success
    ) throws {
        let action = Action(count: launch.robot.axes.count)
        let seen = Observation(count: launch.robot.observation.count)
        let start = EpisodeStart(number: number, seed: UInt64(number), purpose: purpose)
        try logbook.enter(.episodeStart(start), at: pace.clock.now)
        for step in 0..<2 as Range<UInt32> {
            let decision = DecisionRecord(
                number: UInt64(2 * number + step), driver: .guided, value: nil, nanoseconds: 0)
            let transition = Transition(
                episode: number, step: step, source: .policy, policyVersion: version,
                observation: seen, proposed: action, executed: action, reward: -1,
                isTerminal: false, nextObservation: seen, decision: decision)
            try logbook.enter(.transition(transition), at: pace.clock.now)
        }
        guard let outcome else { return }
        let end = EpisodeEnd(number: number, outcome: outcome, steps: 2)
        try logbook.enter(.episodeEnd(end), at: pace.clock.now)
    }

    /// Has a robot make a tick for each cause, with commands that are counted from a first one.
    func tick(from first: UInt64, _ causes: [StopCause]) {
        let robot = ScriptedRobot(launch.robot)
        logbook.watch(robot, nil)
        for (index, cause) in causes.enumerated() {
            var report = TickReport(axes: launch.robot.axes.count)
            report.time = pace.clock.now
            report.command.sequence = first + UInt64(index)
            report.verdict.cause = cause
            robot.onTick?(report)
        }
        logbook.readTicks()
    }
}
