import Foundation
import Platform
import Report

/// The learner hangs, or its pages are taken away.
extension FaultCatalogue {
    static var learnerRows: [FaultRow] {
        [
            FaultRow(
                id: "3", fault: "the learner hangs",
                injection: "strace: the learner's next opening of a file takes ten minutes",
                robot: "continues, on the last good weights; is left at rest when the session ends",
                operatorSees:
                    "that the learner has made no update for a minute although some are due; "
                    + "code 75 at the end, log and report whole"
            ) { try hungLearner(in: $0) }
        ]
    }

    private static func hungLearner(in lab: FaultLab) throws -> FaultEvidence {
        try findTracer()
        let sets = [
            "session.robot_minutes=60", "session.max_online_episodes=100000",
            "session.evaluation_episodes=1", "training.num_warmup_trajectories=1",
        ].flatMap { ["--set", $0] }
        // A policy that imitates well enough for the limits not to hold the robot for its jerks.
        let more = [
            "--weights", try lab.imitatingSession(), "--data", try lab.recordedSession(),
        ]
        let live = try LiveSession(in: lab, command: ("finetune", more + sets))
        try live.waitForMotion()
        try waitForLearner(of: live, in: lab)
        let tracer = try spoil(
            live, thread: "learner",
            ["-e", "trace=openat", "-e", "inject=openat:delay_enter=600000000"])
        defer {
            tracer.kill()
            _ = tracer.wait()
        }
        live.restartClock()
        // It hangs when it opens a file the next time; a minute, and the episode in which it is over, and it is told.
        let hung = lab.clock.now
        let events = live.directory + "/metrics.jsonl"
        repeat {
            try live.watch(for: .seconds(5))
        } while lab.clock.now - hung < .seconds(240) && live.agent.isRunning
            && !FaultLab.text(events).contains("made no update for")
        let moves = live.track.suffix(1500).contains { LiveSession.isMoving($0) }
        let ran = live.agent.isRunning
        let asked = lab.clock.now
        live.signal(live.agent, SIGINT)
        // Traced, a process that has ended is not gone before its tracer is.
        let status = "/proc/\(live.agent.identifier)/stat"
        while lab.clock.now - asked < .seconds(60), !FaultLab.text(status).contains(") Z ") {
            try live.watch(for: .milliseconds(100))
        }
        let took = (lab.clock.now - asked).inSeconds
        tracer.kill()
        let code = try live.watchUntilAgentEnds(within: .seconds(10))
        try live.watch(for: .milliseconds(700))
        let movesStill = live.track.suffix(20).contains { LiveSession.isMoving($0) }
        let aftermath = try live.finish()
        var evidence = FaultEvidence(
            robot: "\(moves ? "continued" : "stood still"), then left at rest",
            lost: aftermath.lost.text,
            operatorSaw: "exit \(code.map { "\($0)" } ?? "never") after "
                + "\(NumberText.duration(took)): \(aftermath.lastWords)")
        evidence.expect(ran && moves, "the robot did not continue")
        evidence.expect(!movesStill, "it still moves")
        evidence.expect(
            code == 75, "after Ctrl-C the agent ended with \(code.map { "\($0)" } ?? "nothing")")
        evidence.expect(took < 45, "that took \(NumberText.duration(took))")
        evidence.expect(!aftermath.lost.isMore, "the log: \(aftermath.lost.text)")
        let told = aftermath.report?.events.map(\.cause) ?? []
        for words in ["made no update for", "is given up"] {
            evidence.expect(
                told.contains { $0.contains(words) }, "the report has nothing of \"\(words)\"")
        }
        return evidence
    }

    /// Waits until the learner's thread is there and has made its first weights.
    private static func waitForLearner(of live: LiveSession, in lab: FaultLab) throws {
        // The first evaluation comes before it, of 16 s at most, as often as a busy machine stops it.
        let deadline = lab.clock.now + .seconds(180)
        let tasks = "/proc/\(live.agent.identifier)/task"
        while lab.clock.now < deadline, live.agent.isRunning {
            try live.watch(for: .milliseconds(100))
            let names = try Files.list(tasks).map { FaultLab.text(tasks + "/\($0.name)/comm") }
            if names.contains("learner\n") { return }
        }
        guard live.agent.isRunning else { throw LiveSession.NeverMoved(agentSaid: live.agentSaid) }
        throw FaultLabError.noThread(tasks, name: "learner")
    }
}
