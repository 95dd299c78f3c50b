import Bridge
import Configuration
import Embodiment
import Experience
import Foundation
import Platform
import Report

/// What the policy asks for is wrong, or the robot does otherwise than it says.
extension FaultCatalogue {
    static var policyRows: [FaultRow] {
        [
            FaultRow(
                id: "4", fault: "the policy is slower than the robot's steps",
                injection: "1,024 candidates climb for three steps' time before each decision",
                robot: "waits at the end of each step, is not held for it",
                operatorSees: "how long the robot waited"
            ) { try slowPolicy(in: $0, steps: 3, isTold: true) },
            FaultRow(
                id: "4b", fault: "the policy takes most of a step to decide",
                injection: "1,024 candidates climb for three quarters of a step's time",
                robot: "moves in steps as long as they should be, within a tick",
                operatorSees: "the session continues"
            ) { try slowPolicy(in: $0, steps: 0.75, isTold: false) },
            live(
                "23", "the camera freezes", "every feature, while the robot continues",
                robot: "is held after 400 ms of motion, again and again, then stopped",
                sees: "that what the cameras see is frozen"
            ) { lab in
                let trigger = Trigger()
                var fault = LiveFault(robot: .rests, agent: .any, watch: .seconds(12))
                fault.edit = {
                    WireEdits.samples(after: trigger) { sample, last in
                        sample.features = last.features
                    }
                }
                return try told(fault, "cameras", in: lab) { _ in trigger.set() }
            },
            live(
                "30", "the robot brakes more slowly than its model",
                "0.2 m/s in every sample from the moment somebody presses hold on",
                robot: "is told to stop by its bridge too, within 1.5 s",
                sees: "that it does not slow down as it is commanded to"
            ) { try weakBrakes(in: $0) },
            live(
                "35", "commands are acknowledged ten late", "the acknowledged sequence",
                robot: "is held within 500 ms, stopped after 10 s",
                sees: "that commands are acknowledged too late"
            ) { lab in
                let trigger = Trigger()
                var fault = LiveFault(robot: .rests, agent: .any, watch: .seconds(2))
                fault.robot = .isHeld(within: .milliseconds(700))
                fault.edit = {
                    WireEdits.samples(after: trigger) { sample, _ in
                        let number = sample.acknowledgedCommand
                        sample.acknowledgedCommand = number > 10 ? number - 10 : 1
                    }
                }
                return try told(fault, "acknowledges", in: lab) { _ in trigger.set() }
            },
            live(
                "35b", "no command is ever acknowledged",
                "an acknowledged sequence of 0 in every sample",
                robot: "does not move at all: it is held, stopped after 10 s",
                sees: "that commands are not acknowledged"
            ) { lab in
                let trigger = Trigger()
                trigger.set()
                var fault = LiveFault(
                    robot: .rests, agent: .ends([70]), words: [["acknowledges", "in time"]])
                fault.waitsForMotion = false
                fault.edit = {
                    WireEdits.samples(after: trigger) { sample, _ in sample.acknowledgedCommand = 0
                    }
                }
                return try fault.run(in: lab) { _ in
                } judge: { live, aftermath, evidence in
                    let moved = live.track.contains { LiveSession.isMoving($0) }
                    evidence.expect(!moved, "it moved")
                    let isTold = aftermath.holds.contains { $0.contains("acknowledges") }
                    evidence.expect(isTold, "the report has no such hold")
                    let held = live.enabledSpan?.inSeconds ?? 0
                    evidence.expect(
                        held > 9.5 && held < 15, "it was stopped after \(NumberText.duration(held))"
                    )
                }
            },
            live(
                "62", "the operator vanishes", "no operator's action in any sample",
                robot: "is held until there is one again",
                sees: "that the operator gives no action"
            ) { lab in
                let trigger = Trigger()
                var fault = LiveFault(
                    robot: .isHeld(within: .milliseconds(1000)), agent: .any, watch: .seconds(3))
                fault.edit = {
                    WireEdits.samples(after: trigger) { sample, _ in
                        sample.hasOperatorAction = false
                        sample.operatorAction = Action(count: sample.operatorAction.count)
                    }
                }
                return try told(fault, "operator", in: lab) { _ in trigger.set() }
            },
            actions(
                "38", "the policy saturates every step", "actions of 1 on every axis",
                word: "clamp"
            ) { _ in 1 },
            actions(
                "39", "the policy chatters", "actions of 1 and -1 in turn", word: "chatter"
            ) { number in number.isMultiple(of: 2) ? 1 : -1 },
        ]
    }

    /// A row in which the operator, whom the agent follows as it does a policy, asks for the impossible.
    private static func actions(
        _ id: String, _ fault: String, _ injection: String, word: String,
        _ action: @escaping @Sendable (UInt64) -> Double
    ) -> FaultRow {
        live(
            id, fault, injection,
            robot: "stays within its limits, is held after 2 s, three times, then stopped",
            sees: "the cause: \(word)"
        ) { lab in
            let trigger = Trigger()
            // The agent looks once in 20 samples; what stands there in between nobody sees.
            var fault = LiveFault(robot: .rests, agent: .any, watch: .seconds(14))
            fault.edit = {
                WireEdits.samples(after: trigger) { sample, _ in
                    sample.hasOperatorAction = true
                    // Nothing ends the episode while the policy goes on.
                    sample.isTerminal = false
                    sample.isSuccess = false
                    for axis in 0..<6 {
                        sample.operatorAction[axis] = action(sample.sequence / 20)
                    }
                }
            }
            return try told(fault, word, in: lab) { _ in trigger.set() }
        }
    }

    /// Runs a fault after which the operator must have read a word, on the screen or in the report.
    private static func told(
        _ fault: LiveFault, _ word: String, in lab: FaultLab, _ inject: (LiveSession) throws -> Void
    ) throws -> FaultEvidence {
        try fault.run(in: lab, inject: inject) { _, aftermath, evidence in
            let told = aftermath.agentErrors + aftermath.holds.joined(separator: " ")
            evidence.expect(
                told.lowercased().contains(word), "no person was warned of \"\(word)\"")
        }
    }

    /// - Parameters:
    ///   - steps: how long a decision is to take, in steps of the policy.
    ///   - isTold: whether a person must be told that the robot waited.
    private static func slowPolicy(
        in lab: FaultLab, steps: Double, isTold: Bool
    ) throws -> FaultEvidence {
        // How long a climb takes depends on the machine, and on how busy it is: from what the last took.
        var climbs = 100
        var (outcome, found) = try evaluate(climbing: climbs, in: lab)
        for _ in 0..<6 {
            let share = found.decision / found.step / steps
            if share > 0.8 && (isTold || share < 1.2) { break }
            climbs = min(10_000, max(1, Int((Double(climbs) / max(share, 0.1)).rounded())))
            (outcome, found) = try evaluate(climbing: climbs, in: lab)
        }
        let report = found.report
        let waited = outcome.line(with: "for its policy to decide")
        let hasWaited = waited.contains("waited")
        var evidence = FaultEvidence(
            robot: "\(report.ticks) ticks, \(report.holds) holds, \(report.stops) stops; "
                + "decisions took \(NumberText.duration(found.decision)), steps "
                + "\(NumberText.duration(found.length)), at most "
                + "\(NumberText.duration(found.longest)), of \(NumberText.duration(found.step))",
            lost: "0", operatorSaw: hasWaited ? waited : "the session continues")
        evidence.expect(outcome.code == 0, "exit code \(outcome.code): \(outcome.lastWords)")
        evidence.expect(report.holds == 0 && report.stops == 0, "it was held or stopped")
        if isTold {
            evidence.expect(hasWaited, "no person was warned")
        } else {
            evidence.expect(!hasWaited, "it waited")
            evidence.expect(
                abs(found.length - found.step) <= found.tick,
                "steps are not as long as they should be"
            )
        }
        return evidence
    }

    /// What the log of an evaluation says of its decisions and steps, s: medians, and the longest step.
    private struct StepTimes {
        var report: SessionReport
        var decision = 0.0
        var length = 0.0
        var longest = 0.0
        /// As they should be.
        var step = 0.0
        var tick = 0.0
    }

    /// One episode by the wall clock, of a policy that climbs so often before each decision.
    private static func evaluate(
        climbing climbs: Int, in lab: FaultLab
    ) throws -> (outcome: FaultLab.Outcome, times: StepTimes) {
        let session = try lab.scratch() + "/session"
        let slow = [
            "task.max_episode_s=4", "optimisation.num_base_policy_actions=1024",
            "optimisation.num_actions_to_keep=1024", "optimisation.num_steps=\(climbs)",
        ].flatMap { ["--set", $0] }
        let outcome = try lab.hone(
            [
                "evaluate", "demo-realtime", "--episodes", "1", "--weights",
                try lab.trainedSession(), "--directory", session,
            ] + FaultLab.tiny + slow)
        var times = StepTimes(report: try lab.report(of: session))
        let robot = try RobotFile.read("sim-widowx", in: lab.project)
        (times.step, times.tick) = (1 / robot.policyRateHz, robot.tickSeconds)
        var begun: [MonotonicTime] = []
        var decisions: [Double] = []
        try SessionLogReader(path: session + "/log/session.mcap").records { record, time in
            guard case .transition(let transition) = record else { return }
            begun.append(time)
            decisions.append(Double(transition.decision?.nanoseconds ?? 0) * 1e-9)
        }
        let lengths = zip(begun, begun.dropFirst()).map { $1.seconds(since: $0) }
        times.decision = median(decisions)
        times.length = median(lengths)
        times.longest = lengths.max() ?? 0
        return (outcome, times)
    }

    private static func median(_ values: [Double]) -> Double {
        values.isEmpty ? 0 : values.sorted()[values.count / 2]
    }

    private static func weakBrakes(in lab: FaultLab) throws -> FaultEvidence {
        let trigger = Trigger()
        let coast = Coast()
        var fault = LiveFault(
            robot: .brakes(within: .milliseconds(1500), as: [.requested, .disabled]),
            agent: .ends([70]), words: [["does not slow down"]])
        fault.rest = .milliseconds(1500)
        fault.edit = {
            WireEdits.samples(after: trigger) { sample, last in
                coast.edit(&sample, from: last)
                sample.buttons = .hold
            }
        }
        return try fault.run(in: lab) { _ in trigger.set() }
    }
}

/// A robot that goes on as it went, on the axis that was fastest: what weak brakes look like.
private final class Coast: Sendable {
    /// m/s; every axis of the arm can go twice as fast.
    private static let speed = 0.2

    func edit(_ sample: inout SensorSample, from last: SensorSample) {
        var fastest = 0
        for axis in 1..<3 where abs(last.velocity[axis]) > abs(last.velocity[fastest]) {
            fastest = axis
        }
        let speed = last.velocity[fastest] < 0 ? -Self.speed : Self.speed
        let seconds = Double(sample.captureNanoseconds - last.captureNanoseconds) * 1e-9
        sample.position[fastest] = last.position[fastest] + speed * seconds
        sample.velocity[fastest] = speed
    }
}
