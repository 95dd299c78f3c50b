import Bridge
import Embodiment
import Foundation
import Platform
import Report
import Simulation

/// The wire between agent and bridge is bad.
extension FaultCatalogue {
    static var wireRows: [FaultRow] {
        [
            live(
                "26", "samples come 100 ms late", "a delay on the wire for 2 s",
                robot: "is held meanwhile, continues when they come in time again",
                sees: "a hold, its cause and the age"
            ) { lab in
                var moved = false
                return try LiveFault(robot: .goesOn, agent: .goesOn).run(in: lab) { live in
                    live.proxy.set { $0.toPeer.delay = .milliseconds(100) }
                    try live.watch(for: .seconds(2))
                    moved = live.track.contains { sample in
                        let delay = live.delay(to: sample) ?? .zero
                        return delay > .milliseconds(700) && LiveSession.isMoving(sample)
                    }
                    live.proxy.set { $0 = ChaosPlan() }
                } judge: { _, aftermath, evidence in
                    evidence.expect(!moved, "it moved while the samples were late")
                    evidence.expect((aftermath.report?.holds ?? 0) > 0, "no hold was counted")
                }
            },
            bad("27", "a tenth of all frames is reordered", "both ways") {
                $0.reorder = 0.1
            },
            bad("27b", "a tenth of all frames comes twice", "both ways") {
                $0.duplicate = 0.1
            },
            bad("27c", "a tenth of all frames is lost", "both ways") { $0.drop = 0.1 },
            bad("27d", "frames arrive with a flipped bit", "one in fifty, both ways") {
                $0.corrupt = 0.02
            },
            bad("27e", "frames arrive cut short", "one in fifty, both ways") {
                $0.truncate = 0.02
            },
            bad("27f", "frames arrive up to 20 ms late, each differently", "both ways") {
                $0.jitter = .milliseconds(20)
            },
            live(
                "63", "the wire is cut for 5 s", "nothing passes, either way",
                robot: "brakes by its watchdog within 60 ms, stands still",
                sees: "a latched stop at the agent too"
            ) { lab in
                try LiveFault(
                    robot: .brakes(within: braking, as: [.watchdog]), agent: .ends([69, 70]),
                    words: [["sample", "LINK"]]
                ).run(in: lab) { live in
                    live.proxy.set {
                        $0.toBridge.isCut = true
                        $0.toPeer.isCut = true
                    }
                    try live.watch(for: .seconds(5))
                    live.proxy.set { $0 = ChaosPlan() }
                }
            },
            live(
                "19b", "samples do not arrive any more, commands do", "one way cut",
                robot: "is stopped by the agent within 500 ms, stands still",
                sees: "no sample for too long"
            ) { lab in
                try LiveFault(
                    robot: .brakes(within: .milliseconds(500), as: [.requested, .disabled]),
                    agent: .ends([69, 70]), words: [["sample", "OBS_STALE"]],
                    rest: .milliseconds(1100)
                ).run(in: lab) { live in live.proxy.set { $0.toPeer.isCut = true } }
            },
            live(
                "63b", "commands do not arrive any more, samples do", "one way cut",
                robot: "brakes by its watchdog within 60 ms, stands still",
                sees: "a latched stop"
            ) { lab in
                try LiveFault(
                    robot: .brakes(within: braking, as: [.watchdog]), agent: .ends([69, 70])
                ).run(in: lab) { live in live.proxy.set { $0.toBridge.isCut = true } }
            },
            live(
                "64", "a backlog of commands is released after 3 s", "SIGSTOP of the bridge",
                robot: "carries out none of the old commands", sees: "a latched stop"
            ) { lab in
                try LiveFault(
                    robot: .rests, agent: .ends([69, 70]), words: [["sample", "OBS_STALE"]]
                ).run(in: lab) { live in
                    live.signal(live.robot, SIGSTOP)
                    lab.clock.sleep(for: .seconds(3))
                    live.signal(live.robot, SIGCONT)
                    try live.greet()
                    try live.watch(for: .seconds(1))
                } judge: { live, _, evidence in
                    // It brakes from the speed it had when it was stopped, and no further.
                    let woke = live.track.filter { sample in
                        live.delay(to: sample).map { $0 > .milliseconds(3600) } ?? false
                    }
                    evidence.expect(!woke.isEmpty, "the robot was not seen any more")
                    let moved = woke.contains { LiveSession.isMoving($0) }
                    evidence.expect(!moved, "it moved 600 ms after it woke")
                }
            },
        ]
    }

    /// A wire that is bad and must not matter.
    private static func bad(
        _ id: String, _ fault: String, _ injection: String,
        _ change: @escaping @Sendable (inout ChaosRules) -> Void
    ) -> FaultRow {
        live(id, fault, injection, robot: "continues", sees: "the session continues") { lab in
            try LiveFault(robot: .goesOn, agent: .goesOn, watch: .seconds(5)).run(in: lab) { live in
                live.proxy.set {
                    change(&$0.toBridge)
                    change(&$0.toPeer)
                }
            } judge: { live, _, evidence in
                let counts = live.proxy.counts
                let touched =
                    counts.dropped + counts.duplicated + counts.reordered + counts.damaged
                    + counts.delayed
                evidence.robot += ", \(touched) of \(counts.seen) frames touched"
                evidence.expect(touched > 10, "only \(touched) frames were touched")
            }
        }
    }
}
