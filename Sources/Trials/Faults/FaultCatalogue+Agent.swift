import Bridge
import Embodiment
import Foundation
import Platform
import Report

/// The agent dies, hangs or starves.
extension FaultCatalogue {
    /// How soon a bridge must brake when its agent is gone; the goal of the safety page.
    static let braking = Duration.milliseconds(60)

    static var agentRows: [FaultRow] {
        [
            death("1", "the agent is killed in motion", "SIGKILL", SIGKILL),
            live(
                "1b", "the agent is killed while a base drives",
                "SIGKILL at more than half its speed",
                robot: "brakes its velocity to 0 within its limits, stands still",
                sees: "the exit code of the signal; the log reads back"
            ) { try deathWhileDriving(in: $0) },
            death(
                "2", "the agent crashes (a Swift trap)", "SIGILL, as a Swift trap raises it", SIGILL
            ),
            death("6", "the agent is aborted by a library", "SIGABRT", SIGABRT),
            pause(
                "5", "the agent hangs for 2 s and comes back", .seconds(2)),
            pause(
                "7", "the agent stands still for 100 ms", .milliseconds(100)),
            live(
                "15", "the machine pauses for 3 s", "SIGSTOP of agent and robot, SIGCONT",
                robot: "stands still after it", sees: "that the agent was absent, and how long"
            ) { lab in
                try LiveFault(
                    robot: .rests, agent: .ends([70]), words: [["absent"]]
                ).run(in: lab) { live in
                    live.signal(live.agent, SIGSTOP)
                    live.signal(live.robot, SIGSTOP)
                    lab.clock.sleep(for: .seconds(3))
                    live.signal(live.robot, SIGCONT)
                    live.signal(live.agent, SIGCONT)
                }
            },
            live(
                "16", "the agent misses two ticks", "SIGSTOP for 25 ms", robot: "continues",
                sees: "late ticks counted"
            ) { lab in
                try LiveFault(robot: .goesOn, agent: .goesOn).run(in: lab) { live in
                    live.signal(live.agent, SIGSTOP)
                    lab.clock.sleep(for: .milliseconds(25))
                    live.signal(live.agent, SIGCONT)
                } judge: { _, aftermath, evidence in
                    let late = aftermath.report?.ticksLate ?? 0
                    evidence.operatorSaw += ", late ticks in the report: \(late)"
                    evidence.expect(late > 0, "no late tick was counted")
                }
            },
            live(
                "11", "no more file descriptors", "prlimit --nofile on the running agent",
                robot: "continues", sees: "the session continues"
            ) { lab in
                try LiveFault(robot: .goesOn, agent: .goesOn).run(in: lab) { live in
                    // The hard limit stays: afterwards the report can be written again.
                    let few = "4:"
                    let usual = "1024:"
                    try limitFiles(of: live.agent, few)
                    try live.watch(for: .seconds(3))
                    try limitFiles(of: live.agent, usual)
                }
            },
            live(
                "11b", "the bridge has no more file descriptors",
                "prlimit --nofile, then 50 strangers",
                robot: "continues; or its process ends, as libzmq does on a local socket",
                sees: "the session continues, or a latched stop"
            ) { lab in
                try LiveFault(robot: .isGone, agent: .any).run(in: lab) { live in
                    let open = try Files.list("/proc/\(live.robot.identifier)/fd").count
                    try limitFiles(of: live.robot, "\(open):")
                    let strangers = try Strangers(of: live.robotAddress)
                    try strangers.come(50)
                    try live.watch(for: .seconds(2))
                    strangers.leave()
                } judge: { live, aftermath, evidence in
                    let survived = live.robot.exitCode == 0
                    evidence.robot = survived ? "continued" : "its process ended"
                    evidence.expect(
                        survived || aftermath.agentErrors.contains("sample"),
                        "the bridge ended and the agent did not say so")
                }
            },
        ]
    }

    private static func limitFiles(of process: ChildProcess, _ limit: String) throws {
        let child = try ChildProcess.spawn(
            executable: "/usr/bin/prlimit",
            arguments: ["--pid", "\(process.identifier)", "--nofile=\(limit)"])
        if child.wait() != 0 { throw FaultNotPossible(reason: "prlimit is refused") }
    }

    private static func deathWhileDriving(in lab: FaultLab) throws -> FaultEvidence {
        var fault = LiveFault(
            robot: .brakes(within: braking, as: nil), agent: .ends([128 + SIGKILL]))
        fault.isMobile = true
        // 0.4 m/s at its own 1 m/s² and 10 m/s³, behind its lag.
        fault.rest = .milliseconds(1400)
        return try fault.run(in: lab) { live in
            let deadline = lab.clock.now + .seconds(10)
            var speed = 0.0
            while speed < 0.2, lab.clock.now < deadline {
                try live.watch(for: .milliseconds(20))
                speed = live.track.last?.position[0] ?? 0
            }
            live.restartClock()
            live.signal(live.agent, SIGKILL)
            // Until it should long be at rest.
            try live.watch(for: .milliseconds(1300))
        } judge: { live, _, evidence in
            let fastest = live.track.map { $0.position[0] }.max() ?? 0
            evidence.expect(fastest > 0.19, "it was killed at \(fastest) m/s")
            let last = live.track.last?.position[0] ?? .infinity
            evidence.expect(abs(last) < 0.005, "the base still drives at \(last) m/s")
        }
    }

    private static func death(
        _ id: String, _ fault: String, _ injection: String, _ signal: Int32
    ) -> FaultRow {
        live(
            id, fault, injection, robot: "brakes within 60 ms, stands still",
            sees: "the exit code of the signal; the log reads back"
        ) { lab in
            try LiveFault(
                robot: .brakes(within: braking, as: nil),
                agent: .ends([128 + signal])
            ).run(in: lab) { $0.signal($0.agent, signal) }
        }
    }

    private static func pause(_ id: String, _ fault: String, _ span: Duration) -> FaultRow {
        live(
            id, fault, "SIGSTOP, SIGCONT after \(NumberText.duration(span.inSeconds))",
            robot: "brakes by its watchdog within 60 ms; nothing late is carried out",
            sees: "that the agent was absent, and how long"
        ) { lab in
            var fault = LiveFault(
                robot: .brakes(within: braking, as: [.watchdog]), agent: .ends([70]),
                words: [["absent"]])
            // What its watchdog did not brake the agent does, when it is back.
            fault.rest = nil
            return try fault.run(in: lab) { live in
                live.signal(live.agent, SIGSTOP)
                try live.watch(for: span)
                live.signal(live.agent, SIGCONT)
            } judge: { live, _, evidence in
                let during = live.track.filter { sample in
                    guard let delay = live.delay(to: sample) else { return false }
                    return delay > .milliseconds(400) && delay < span
                }
                let moved = during.contains { LiveSession.isMoving($0) }
                evidence.expect(!moved, "it moved while nobody commanded")
            }
        }
    }
}
