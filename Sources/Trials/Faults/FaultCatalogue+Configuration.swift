import Bridge
import Configuration
import Embodiment
import Foundation
import Platform

/// What a person wrote is wrong: nothing may move.
extension FaultCatalogue {
    static var configurationRows: [FaultRow] {
        [
            FaultRow(
                id: "28", fault: "the bridge is another robot than the file says",
                injection: "widowx250s against the simulated robot", robot: "does not move",
                operatorSees: "every difference"
            ) { try otherRobot(in: $0) },
            FaultRow(
                id: "65", fault: "a robot on the network without keys",
                injection: "tcp://192.168.1.2:5570 in a launch file and on the command line",
                robot: "does not move",
                operatorSees: "that it needs CURVE keys, at file:line:column"
            ) { lab in
                let copy = try lab.projectCopy()
                try lab.change(
                    copy + "/launch/widowx-cup.yaml", "tcp://127.0.0.1:5570",
                    "tcp://192.168.1.2:5570")
                var evidence = try lab.refusal(
                    of: ["check"], in: copy, codes: [78],
                    words: ["launch/widowx-cup.yaml:16:13", "CURVE"])
                let sim = try lab.hone(["sim", "--endpoint", "tcp://0.0.0.0:5570"])
                evidence.expect(
                    sim.code == 69 && sim.errors.contains("CURVE"),
                    "hone sim on 0.0.0.0 ended with \(sim.code): \(sim.lastWords)")
                return evidence
            },
            FaultRow(
                id: "66", fault: "a YAML file is wrong",
                injection: "\(mistakes.count) mistakes, one each",
                robot: "does not move", operatorSees: "file:line:column of each"
            ) { try mistakes(in: $0) },
            FaultRow(
                id: "67", fault: "a YAML file is a bomb",
                injection: "40 000 brackets; ten aliases of ten aliases of …",
                robot: "does not move", operatorSees: "that it is too deep, or an alias"
            ) { try bombs(in: $0) },
            FaultRow(
                id: "68", fault: "limits are looser than the hardware's",
                injection: "a faster axis in the robot's file", robot: "does not move",
                operatorSees: "axis, value and the hardware's limit"
            ) { lab in
                let copy = try lab.projectCopy()
                try lab.change(
                    copy + "/robots/sim-widowx.yaml", "velocity_m_s: 0.4", "velocity_m_s: 0.6")
                return try lab.refusal(
                    of: ["record", "demo", "--quiet", "--directory", copy + "/session"]
                        + FaultLab.tiny,
                    in: copy, codes: [69], words: ["axis x: velocity 0.6 m", "hardware's 0.5"])
            },
        ]
    }

    private static func otherRobot(in lab: FaultLab) throws -> FaultEvidence {
        let folder = try lab.scratch()
        let endpoint = "ipc://\(folder)/robot"
        // A machine that is not on time must not be what refuses it.
        let copy = try lab.projectCopy()
        try lab.change(
            copy + "/robots/widowx250s.yaml", "\ntiming:\n",
            "\ndegraded: {rt2_speed_share: 0.2}\n\ntiming:\n")
        let robot = try ChildProcess.spawn(
            executable: lab.program, arguments: ["sim", "--endpoint", endpoint],
            output: folder + "/robot.txt", errors: folder + "/robot.txt")
        var evidence = try lab.refusal(
            of: [
                "record", "widowx-cup", "--quiet", "--directory", folder + "/session", "--set",
                "bridge.endpoint=\(endpoint)",
            ], in: copy, codes: [69], words: ["widowx250s in the file, sim-widowx at the bridge"])
        robot.terminate()
        _ = robot.wait()
        let word = FaultLab.text(folder + "/robot.txt")
        evidence.expect(word.contains("at rest"), "the robot's last word: \(word)")
        return evidence
    }

    /// Of the simulated robot's file: what stands there, what is written instead.
    private static let mistakes: [(old: String, new: String)] = [
        ("lower_m: 0.18", "lower_m: 0.39"), ("upper_m: 0.38", "upper_m: .nan"),
        ("upper_m: 0.38", "upper_m: .inf"), ("velocity_m_s: 0.4", "velocity_m_s: -0.4"),
        ("velocity_m_s: 0.4", "velocity_m_s: 0"), ("velocity_m_s: 0.4", "velocity: 0.4"),
        ("velocity_m_s: 0.4", "velocity_ms: 0.4"), ("    velocity_m_s: 0.4\n", ""),
        ("acceleration_m_s2: 4", "acceleration_m_s2: four"),
        ("acceleration_m_s2: 4", "acceleration_m_s2: [4]"), ("kind: delta", "kind: relative"),
        ("command_rate_hz: 100", "command_rate_hz: 0"),
        ("command_rate_hz: 100", "command_rate_hz: 1e9"),
        ("policy_rate_hz: 5", "policy_rate_hz: 7"), ("schema: robot/1", "schema: robot/9"),
        ("schema: robot/1", "schema: launch/1"), ("axes:", "axes: ["),
        ("name: x ", "name: y "), ("observation_stop_ms: 250", "observation_stop_ms: 20"),
        ("command_validity_ms: 50", "command_validity_ms: 50_000"),
        ("home_m: 0.24", "home_m: 2.4"), ("tracking_ms: 250", "tracking_ms: 250\ntracking_ms: 250"),
        ("observation: [z,", "observation: [zz,"), ("summary: ", "summary: &anchor "),
        ("control_space: end_effector_pose", "control_space: \"end_effector_pose"),
    ]

    private static func mistakes(in lab: FaultLab) throws -> FaultEvidence {
        var evidence = FaultEvidence(robot: "nothing moved", lost: "nothing to lose")
        var refused = 0
        for (old, new) in mistakes {
            let copy = try lab.projectCopy()
            try lab.change(copy + "/robots/sim-widowx.yaml", old, new)
            let outcome = try lab.hone(["check"], in: copy)
            let place = outcome.errors.contains("robots/sim-widowx.yaml:")
            if outcome.code == 78, place { refused += 1 }
            evidence.expect(
                outcome.code == 78 && place,
                "\(old) → \(new): exit code \(outcome.code), \(outcome.lastWords)")
        }
        evidence.operatorSaw = "\(refused) of \(mistakes.count) refused with file:line:column"
        return evidence
    }

    private static func bombs(in lab: FaultLab) throws -> FaultEvidence {
        let copy = try lab.projectCopy()
        var aliases = "a0: &a0 [x, x]\n"
        for level in 1..<10 {
            let items = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            aliases += "a\(level): &a\(level) [\(items)]\n"
        }
        var evidence = FaultEvidence(robot: "nothing moved", lost: "nothing to lose")
        var longest = Duration.zero
        let bombs = [String(repeating: "[", count: 40_000), aliases]
        for bomb in bombs {
            try bomb.write(
                toFile: copy + "/robots/sim-widowx.yaml", atomically: true, encoding: .utf8)
            let began = lab.clock.now
            do {
                _ = try RobotFile.read("sim-widowx", in: Project(root: copy))
                evidence.expect(false, "a bomb was read")
            } catch {
                evidence.operatorSaw = String(
                    "\(error)".split(separator: "\n").first.map(String.init)?.prefix(160) ?? "")
            }
            longest = max(longest, lab.clock.now - began)
        }
        evidence.robot += ", \(NumberText.duration(longest.inSeconds)) at most"
        evidence.expect(longest < .milliseconds(50), "it took more than 50 ms")
        return evidence
    }
}
