import Foundation
import Platform
import Testing

@testable import Agent
@testable import Report
@testable import TestSupport

/// For the sanitizers, which see what two threads do to each other only while they do it.
@Suite(
    "A minute by the wall clock",
    .enabled(
        if: ProcessInfo.processInfo.environment["HONE_REALTIME_MINUTE"] != nil,
        "HONE_REALTIME_MINUTE=1 runs it, as launch/test does with the thread sanitizer"))
struct RealtimeMinuteTests {
    @Test("A whole session runs side by side with its robot, its learner and a person who asks it")
    func minute() throws {
        let project = try OwnProject()
        try project.allowBusyMachine()
        let folder = project.scratch.path("session")
        // Two workers share each update, and every one is a swap while the robot moves.
        let amounts = TinySession.sets([
            "session.workers=2", "session.swap_every=1", "session.robot_minutes=0.5",
            "session.max_online_episodes=100", "session.demonstrations=2",
            "session.evaluation_episodes=1", "task.max_episode_s=8",
            "training.num_warmup_trajectories=1", "training.num_imitation_updates=60",
            "training.num_offline_updates=60", "training.critic_utd=1",
            "training.base_policy_utd=1", "session.evaluate_every_minutes=0.2",
            "session.curve_episodes=1",
        ])
        let began = SystemClock().now
        let session = try HoneProgram.Running(
            ["demo", "--realtime", "--attended", "--quiet", "--directory", folder]
                + TinySession.networks + amounts, in: project.scratch.folder)
        try HoneProgram.wait(for: "the session's socket") {
            FileManager.default.fileExists(atPath: folder + "/session.json")
        }
        let person = Person(of: folder)
        while session.child.isRunning, SystemClock().now.seconds(since: began) < 240 {
            // Once a person holds the robot in the midst of it; whatever stops it, they start it again.
            let wantsHold = !person.hasHeld && SystemClock().now.seconds(since: began) > 20
            try person.look(wantsHold: wantsHold)
            SystemClock().sleep(for: .seconds(1))
        }
        #expect(!session.child.isRunning, "the session did not end")
        session.interrupt()
        let outcome = try session.finish(within: .seconds(20))
        #expect(outcome.code == 0, "\(outcome.output)\(outcome.errors)")
        #expect(person.asked >= 5 && person.hasHeld)
        let report = try FinishedSession(folder).report
        #expect(report.ended == "completed" && report.swaps >= 2)
        #expect(report.wallSeconds >= 45)
        // The robot is a process of its own, which keeps its words to itself.
        let robot = try String(contentsOfFile: folder + "/log/bridge.txt", encoding: .utf8)
        #expect(!robot.contains("Sanitizer"), "\(robot)")
    }

    /// Asks a session how it is, in processes of their own, and answers what stopped it.
    private final class Person {
        private let folder: String
        private(set) var asked = 0
        private(set) var hasHeld = false

        init(of folder: String) { self.folder = folder }

        func look(wantsHold: Bool) throws {
            let said = try HoneProgram.run(["status", folder])
            guard said.code == 0 else { return }
            asked += 1
            let stop = "stopped, cause "
            if said.output.hasPrefix(stop) {
                let cause = said.output.dropFirst(stop.count).prefix { $0.isNumber }
                _ = try HoneProgram.run(["ack", folder, String(cause)])
            } else if said.output.contains("continue with hone start") {
                _ = try HoneProgram.run(["start", folder])
            } else if wantsHold {
                hasHeld = try HoneProgram.run(["hold", folder]).code == 0
            }
        }
    }
}
