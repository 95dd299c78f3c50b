import Bridge
import Embodiment
import Experience
import Foundation
import Platform
import Report
import Simulation

/// The robot, its bridge or its sensors fail.
extension FaultCatalogue {
    static var robotRows: [FaultRow] {
        [
            live(
                "19", "the bridge is killed in motion", "SIGKILL of the robot's process",
                robot: "gone; its drives have a watchdog of their own",
                sees: "no sample, the session ends"
            ) { lab in
                try LiveFault(
                    robot: .isGone, agent: .ends([69, 70]), words: [["sample", "bridge"]]
                ).run(in: lab) { $0.robot.kill() }
            },
            live(
                "20", "the bridge restarts in the middle of a session",
                "SIGKILL, and another process at the same place",
                robot: "the new one stays disabled and still", sees: "a latched stop"
            ) { lab in
                try LiveFault(robot: .rests, agent: .ends([69, 70])).run(in: lab) { live in
                    live.robot.kill()
                    _ = live.robot.wait()
                    try live.restartRobot()
                } judge: { live, _, evidence in
                    evidence.expect(!live.track.isEmpty, "the new robot was not seen")
                    let enabled = live.track.contains { $0.isEnabled }
                    evidence.expect(!enabled, "the new robot obeys without a start")
                }
            },
            lie(
                "20b", "the bridge reports another boot", "the boot number of every sample",
                words: ["restarted", "REBOOT"]
            ) { sample, _ in sample.bootID ^= 0xFF },
            lie(
                "21", "the bridge repeats one sample", "the sequence too",
                words: ["repeats", "FROZEN_SEQ"]
            ) { sample, last in
                let session = (sample.session, sample.epoch)
                sample = last
                (sample.session, sample.epoch) = session
            },
            live(
                "21b", "the bridge sends samples without a pause", "hone sim --fault flood",
                robot: "is stopped by the agent", sees: "how many came, and how many were described"
            ) { lab in
                var fault = LiveFault(
                    robot: .brakes(within: .seconds(30), as: [.requested, .disabled]),
                    agent: .ends([70]),
                    words: [["floods"], ["limit 100 Hz", "100 Hz were described"]])
                fault.rest = nil
                // It moves by then.
                fault.robotArguments = ["--fault", "flood=1500"]
                return try fault.run(in: lab) { _ in
                } judge: { live, _, evidence in
                    try compareTicks(of: live, &evidence)
                }
            },
            lie(
                // 25 samples, and those in which the command stood still do not count.
                "22", "a sensor freezes, its sequence continues",
                "position and speed of every sample", within: 1500, words: ["frozen"]
            ) { sample, last in
                sample.position = last.position
                sample.velocity = last.velocity
            },
            lie(
                "24", "a position is not a number", "NaN in every sample", within: 150,
                words: ["not finite", "NONFINITE"]
            ) { sample, _ in sample.position[1] = .nan },
            lie(
                "24b", "a feature is infinite", "infinity in every sample", within: 150,
                words: ["not finite", "NONFINITE"]
            ) { sample, _ in sample.features[.objectDX] = .infinity },
            lie(
                "25", "an encoder jumps", "0.2 m added to an axis from one sample to the next",
                words: ["jump"]
            ) { sample, _ in sample.position[1] += 0.2 },
            live(
                "29", "the drives lose their power", "hone sim --fault limp",
                robot: "is stopped by the agent within 2 s of it",
                sees: "that the robot does not move, or does not follow"
            ) { try powerless(in: $0) },
            live(
                "15c", "the bridge's machine is suspended",
                "hone sim --fault suspend, 2 h 3 min of a clock that stands still",
                robot: "stops by itself until a start",
                sees: "the robot's own stop, and for how long its machine was suspended"
            ) { lab in
                // Six seconds after it started it moves, or is about to.
                var fault = LiveFault(
                    robot: .brakes(within: .seconds(30), as: [.requested]), agent: .ends([70]),
                    words: [["stopped the robot", "ROBOT_STOP"]])
                fault.rest = nil
                fault.robotArguments = ["--fault", "suspend=600"]
                return try fault.run(in: lab) { _ in
                } judge: { _, aftermath, evidence in
                    let told = aftermath.report?.events.map(\.cause) ?? []
                    let line = told.first { $0.contains("was suspended for 2 h 3 min") }
                    evidence.operatorSaw += ", \(line ?? "nothing of a suspension")"
                    evidence.expect(line != nil, "no person was told")
                }
            },
            live(
                "32", "the force sensor's bias drifts",
                "hone sim --wrench --fault bias, and half a minute later a blow of 60 N",
                robot: "continues; the thresholds stay what they are",
                sees: "the force that is reported at rest"
            ) { try biased(in: $0) },
            live(
                "33", "the gripper is stuck", "its position in every sample",
                robot: "the arm continues within its limits; the task fails",
                sees: "that the gripper does not follow"
            ) { lab in
                let trigger = Trigger()
                var fault = LiveFault(robot: .goesOn, agent: .goesOn, watch: .seconds(40))
                fault.edit = {
                    WireEdits.samples(after: trigger) { sample, last in
                        sample.position[SimulatedAxes.gripper] =
                            last.position[SimulatedAxes.gripper]
                        // Its width among the features, by which a policy sees it.
                        sample.features[.gripperWidth] = last.features[.gripperWidth]
                    }
                }
                return try fault.run(in: lab) { _ in
                    trigger.set()
                } judge: { _, aftermath, evidence in
                    let told = aftermath.report?.events.map(\.cause) ?? []
                    let line = told.first { $0.contains("gripper does not move") }
                    evidence.operatorSaw += ", \(line ?? "nothing of the gripper")"
                    evidence.expect(line != nil, "no person was warned")
                }
            },
            live(
                "34", "somebody presses stop at the robot", "stop from another connection",
                robot: "stops within 50 ms, stands still",
                sees: "the robot's own stop, not cleared by the agent"
            ) { lab in
                try LiveFault(
                    robot: .brakes(within: .milliseconds(50), as: [.requested]),
                    agent: .ends([70]), words: [["stopped the robot", "ROBOT_STOP"]]
                ).run(in: lab) { live in
                    let person = try BridgeClient(address: live.robotAddress)
                    try person.stop(
                        .person, reason: "somebody pressed stop", timeout: .seconds(2))
                }
            },
            lie(
                "28b", "the bridge reports degrees for radians", "every position times 57.3",
                words: ["jump", "limits"]
            ) { sample, _ in
                for axis in 0..<sample.position.count { sample.position[axis] *= 57.3 }
            },
            lie(
                "34b", "the robot has a fault of its own", "stop 5 in every sample",
                words: ["stopped the robot", "ROBOT_STOP"]
            ) { sample, _ in
                sample.stop = .fault
                sample.isEnabled = false
            },
            live(
                "36", "the robot starts outside its limits",
                "a robot file whose limits begin 0.05 m beside where it stands",
                robot: "does not move", sees: "axis and value"
            ) { lab in
                let copy = try lab.projectCopy()
                let file = copy + "/robots/sim-widowx.yaml"
                try lab.change(file, "lower_m: -0.18", "lower_m: 0.02")
                try lab.change(file, "home_m: -0.03", "home_m: 0.1")
                var fault = LiveFault(
                    robot: .rests, agent: .ends([70]), words: [["outside"], ["axis y"]])
                fault.waitsForMotion = false
                fault.project = copy
                return try fault.run(in: lab) { _ in
                } judge: { live, _, evidence in
                    let moved = live.track.contains { LiveSession.isMoving($0) }
                    evidence.expect(!moved, "it moved")
                }
            },
        ]
    }

    /// How late ticks were in the two seconds before the robot's stop, beside those of the time before.
    private static func compareTicks(
        of live: LiveSession, _ evidence: inout FaultEvidence
    ) throws {
        guard let injected = live.injected, let delay = live.stopDelay() else { return }
        // What the agent itself counted: the stop's own number.
        let seen = live.agentSaid.firstMatch(of: /floods[^\n]*?([0-9][0-9.,]*) Hz/).flatMap {
            Double($0.1.filter { $0 != "," })
        }
        evidence.operatorSaw +=
            "; the agent counted \(seen.map { NumberText.short($0) } ?? "no") samples/s"
        evidence.expect((seen ?? 0) >= 20_000, "that is no flood of 40 kHz")
        let stop = (injected + delay).nanoseconds
        var (before, beside) = (LatencyHistogram(), LatencyHistogram())
        try SessionLogReader(path: live.directory + "/log/session.mcap").records { record, time in
            guard case .tick(let tick) = record, time.nanoseconds < stop else { return }
            if stop - time.nanoseconds < 2_000_000_000 {
                beside.record(nanoseconds: tick.latenessNanoseconds)
            } else if stop - time.nanoseconds > 3_000_000_000 {
                before.record(nanoseconds: tick.latenessNanoseconds)
            }
        }
        func p99(_ histogram: LatencyHistogram) -> String {
            NumberText.duration(Double(histogram.percentile(99)) * 1e-9)
        }
        evidence.operatorSaw +=
            "; tick lateness p99 \(p99(beside)) beside it (\(beside.count) ticks), "
            + "\(p99(before)) before (\(before.count))"
        evidence.expect(beside.count > 100 && before.count > 100, "too few ticks in the log")
    }

    private static func biased(in lab: FaultLab) throws -> FaultEvidence {
        let copy = try lab.projectCopy()
        let file = copy + "/robots/sim-widowx.yaml"
        let (last, names) = ("robot.unreachable, unit: 1}", SimulatedAxes.wrench.map(\.name))
        try lab.change(
            file, last, last + names.map { "\n  - {name: \($0), unit: N}" }.joined())
        // The numbers of `Control/Safety.md` 3.
        try lab.change(
            file, "\ntiming:\n",
            "\nforce: {features: [\(names.joined(separator: ", "))], contact_n: 15, stop_n: 30, "
                + "absolute_n: 60, filter_hz: 30}\n\ntiming:\n")
        var fault = LiveFault(
            robot: .brakes(within: .seconds(20), as: [.requested, .disabled]), agent: .ends([70]),
            words: [["pushes harder"]])
        fault.rest = nil
        fault.project = copy
        // The bias grows to 7 N, below what counts as contact; the blow comes when the robot is 30 s old.
        fault.robotArguments = [
            "--wrench", "--fault", "bias=1", "--fault", "blow=3000", "--reset-seconds", "1",
        ]
        var went = false
        return try fault.run(in: lab) { live in
            try live.watch(for: .seconds(18))
            went = live.track.suffix(500).contains { LiveSession.isMoving($0) && $0.stop == .none }
            live.restartClock()
        } judge: { live, aftermath, evidence in
            evidence.expect(went, "it did not continue with the bias")
            let movesStill = live.track.suffix(20).contains { LiveSession.isMoving($0) }
            evidence.expect(!movesStill, "it moves after the blow")
            evidence.robot = "continued with the bias; \(evidence.robot), when the blow had come"
            let told = (aftermath.report?.events.map(\.cause) ?? []).filter {
                $0.contains("the force sensor reports")
            }
            evidence.operatorSaw += ", \(told.first ?? "nothing of the force at rest")"
            evidence.expect(told.count == 1, "told \(told.count) times")
        }
    }

    private static func powerless(in lab: FaultLab) throws -> FaultEvidence {
        // Six seconds after it started it moves, or is about to. Its reported speed stays what it was, so
        // only the stop itself can be judged.
        var fault = LiveFault(
            robot: .brakes(within: .seconds(30), as: nil), agent: .ends([70]),
            words: [["does not move", "did not follow"]])
        fault.rest = nil
        fault.robotArguments = ["--fault", "limp=600"]
        return try fault.run(in: lab) { _ in
        } judge: { live, _, evidence in
            // Such an arm only sinks: the power went when it last moved sideways, or later. Its kinematics
            // round, so what is less than a tenth of a millimetre is no motion.
            let driven = live.track.prefix { $0.stop == .none }
            guard let last = driven.last, driven.count < live.track.count,
                let moved = driven.last(where: {
                    abs($0.position[0] - last.position[0]) > 1e-4
                        || abs($0.position[1] - last.position[1]) > 1e-4
                })
            else {
                evidence.expect(false, "nobody saw it move and be stopped")
                return
            }
            let stopped = live.track[driven.count]
            let seconds =
                Double(stopped.captureNanoseconds) - Double(moved.captureNanoseconds)
            evidence.robot = "stop \(NumberText.duration(seconds * 1e-9)) after its last motion"
            evidence.expect(seconds > 0 && seconds < 2e9, "it was found too late")
        }
    }

    /// A row in which samples lie from the injection on, and the agent must latch a stop.
    ///
    /// - Parameters:
    ///   - within: ms to the robot's stop; samples that are late count after 250 ms.
    ///   - stops: what the robot must report; nil for any.
    private static func lie(
        _ id: String, _ fault: String, _ injection: String, within: Int = 500,
        stops: Set<BridgeStop>? = [.requested, .disabled], words: [String],
        _ change: @escaping @Sendable (inout SensorSample, SensorSample) -> Void
    ) -> FaultRow {
        live(
            id, fault, injection, robot: "is stopped by the agent within \(within) ms",
            sees: "the cause: \(words[0])"
        ) { lab in
            let trigger = Trigger()
            var fault = LiveFault(
                robot: .brakes(within: .milliseconds(within), as: stops), agent: .ends([70]),
                words: [words])
            fault.edit = { WireEdits.samples(after: trigger, change) }
            fault.rest = .milliseconds(within + 600)
            return try fault.run(in: lab) { _ in trigger.set() }
        }
    }
}
