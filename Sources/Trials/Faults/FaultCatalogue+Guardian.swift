import Configuration
import Control
import Embodiment
import Experience
import Foundation
import Platform
import Report

/// Faults inside the program, on a virtual clock: the same bits each time.
extension FaultCatalogue {
    static var guardianRows: [FaultRow] {
        [
            FaultRow(
                id: "14", fault: "the machine's clock goes back",
                injection: "15 ms, on a virtual clock",
                robot: "brakes in the same tick, until a person or a new process",
                operatorSees: "by how much"
            ) { lab in
                var trial = try GuardianTrial(robot(lab))
                return trial.run(.clockRegression, .fault) { trial in
                    trial.time = trial.time.advanced(byNanoseconds: -25_000_000)
                    trial.tick()
                }
            },
            FaultRow(
                id: "15b", fault: "the machine is suspended, and its monotonic clock with it",
                injection: "2 h 3 min between two ticks that are on time, on a virtual clock",
                robot: "stands still where it is, until a person or a new process",
                operatorSees: "that the machine was suspended, and how long"
            ) { lab in
                var trial = try GuardianTrial(robot(lab))
                return trial.run(.suspended, .protectiveStop) { trial in
                    trial.suspended += .seconds(7380)
                    trial.tick()
                }
            },
            FaultRow(
                id: "31", fault: "the robot touches something, then collides",
                injection: "20 N, then 45 N, on a virtual clock",
                robot: "goes at a quarter of its speed, then stops until a person or a new process",
                operatorSees: "force and threshold"
            ) { try collision(in: $0) },
            FaultRow(
                id: "37", fault: "the policy proposes a number that is not finite",
                injection: "NaN on one axis, on a virtual clock",
                robot: "brakes in the same tick, until a person or a new process",
                operatorSees: "that it was the policy"
            ) { lab in
                var trial = try GuardianTrial(robot(lab))
                return trial.run(.actionNotFinite, .protectiveStop) { trial in
                    var action = GuardianTrial.action(trial.robot, towards: 1)
                    action[2] = .nan
                    trial.step(action)
                    trial.tick()
                }
            },
            FaultRow(
                id: "46", fault: "weights are swapped a thousand times a second",
                injection: "a writer at 1 kHz, a reader at 100 Hz, 3 s",
                robot: "continues, every action of one version",
                operatorSees: "how many versions acted"
            ) { try swapStorm(in: $0) },
            FaultRow(
                id: "47", fault: "the learner diverges",
                injection: "critic.learning_rate=1 from good weights on, in lockstep",
                robot: "continues, on the weights from before",
                operatorSees: "that weights were refused and where the learner continues from"
            ) { try divergence(in: $0) },
            FaultRow(
                id: "48", fault: "a transition holds a number that is not finite",
                injection: "NaN in reward, observation or action of a logged episode",
                robot: "no robot", operatorSees: "that its episode is not trained on"
            ) { try spoiltTransition(in: $0) },
        ]
    }

    private static func robot(_ lab: FaultLab) throws -> RobotDescription {
        try RobotFile.read("sim-widowx", in: lab.project)
    }

    private static func collision(in lab: FaultLab) throws -> FaultEvidence {
        var robot = try robot(lab)
        let index = robot.features.count
        robot.features.append(ObservationFeature(name: "wrench.fx", unit: .newton))
        // The numbers of `Control/Safety.md` 3.
        robot.task.force = ForceLimits(
            features: ["wrench.fx"], contact: 15, stop: 30, absolute: 60, filterHz: 30)
        var trial = GuardianTrial(robot)
        var touching = 0.0
        for tick in 0..<200 {
            trial.tick { $0.features[index] = 20 }
            // It needs a moment to slow down.
            if tick > 50 { touching = max(touching, trial.speed) }
        }
        for _ in 0..<200 { trial.tick() }
        var evidence = trial.run(.force, .protectiveStop) { trial in
            for _ in 0..<3 { trial.tick { $0.features[index] = 45 } }
        }
        evidence.expect(
            touching <= ForceMonitor.contactShare + 1e-9 && touching > 0,
            "it went at \(touching) of its speed while it touched something")
        return evidence
    }

    private static func swapStorm(in lab: FaultLab) throws -> FaultEvidence {
        let buffer = WeightBuffer(count: 100_000)
        var evidence = FaultEvidence(lost: "nothing to lose")
        let end = lab.clock.now + .seconds(3)
        let writer = try HoneThread.start(name: "writer") {
            let clock = SystemClock()
            var (version, next) = (0 as UInt32, clock.now)
            while next < end {
                version += 1
                // A version's weights are all its number: a mixture shows.
                buffer.publish(version: version) { $0.update(repeating: Float(version)) }
                next = next.advanced(byNanoseconds: 1_000_000)
                clock.sleep(until: next)
            }
        }
        defer { writer.join() }
        var (acted, newest) = (0, 0 as UInt32)
        while lab.clock.now < end {
            lab.clock.sleep(for: .milliseconds(10))
            guard let (version, weights, isNew) = buffer.acquire() else { continue }
            if isNew { acted += 1 }
            evidence.expect(version >= newest, "version \(version) after \(newest)")
            newest = version
            let isWhole = weights.allSatisfy { $0 == Float(version) }
            evidence.expect(isWhole, "version \(version) is a mixture")
        }
        evidence.robot = "\(acted) versions acted, each whole"
        evidence.operatorSaw = "version \(newest) at the end"
        evidence.expect(acted > 100 && newest > 1000, "too few swaps to tell")
        return evidence
    }

    private static func divergence(in lab: FaultLab) throws -> FaultEvidence {
        let session = try lab.scratch() + "/session"
        let outcome = try lab.hone(
            [
                "finetune", "demo", "--data", try lab.recordedSession(),
                "--weights", try lab.trainedSession(), "--directory", session,
            ] + FaultLab.tiny + ["--set", "critic.learning_rate=1"])
        var evidence = FaultEvidence(lost: "0")
        evidence.expect(outcome.code == 0, "exit code \(outcome.code): \(outcome.lastWords)")
        evidence.operatorSaw = outcome.line(with: "did not pass the gate")
        evidence.expect(evidence.operatorSaw.contains("resume point"), "no person was warned")
        let report = try lab.report(of: session)
        let versions = Set(report.evaluations.map(\.policyVersion))
        evidence.robot =
            "lived \(report.episodes.count) episodes, evaluated before and after: weights \(versions)"
        evidence.expect(report.episodes.count == 2, "\(report.episodes.count) episodes")
        evidence.expect(versions == [1], "evaluated versions \(versions)")
        evidence.expect(
            report.events.contains { $0.kind == .refusal }, "the report knows of no refusal")
        return evidence
    }

    private static func spoiltTransition(in lab: FaultLab) throws -> FaultEvidence {
        let bytes = try recorded(in: lab)
        let whole = try SessionLogReader(bytes).episodes().episodes
        guard let good = whole.first(where: { $0.outcome == .success && $0.transitions.count > 2 }),
            let first = good.transitions.first
        else { throw FaultLabError.noEpisode }
        let store = ReplayStore(
            observationCount: first.observation.count, actionCount: first.executed.count,
            capacity: 10_000, discount: 0.99, failedToFloor: true)
        var evidence = FaultEvidence(robot: "no robot", lost: "0: it stays in the log")
        for part in 0..<3 {
            var spoilt = good
            switch part {
            case 0: spoilt.transitions[1].reward = .nan
            case 1: spoilt.transitions[1].observation[0] = .infinity
            default: spoilt.transitions[1].executed[0] = .nan
            }
            let answer = store.admit(spoilt)
            evidence.expect(answer == .notFinite(step: 1), "part \(part): \(answer)")
            evidence.expect(store.count == 0, "\(store.count) rows of it are trained on")
        }
        let answer = store.admit(good)
        evidence.expect(answer == .admitted(rows: good.transitions.count), "\(answer)")
        // As a session's data: told with episode and step, and nothing is trained.
        let folder = try lab.scratch() + "/spoilt"
        try Files.makeDirectories(folder + "/log")
        let recorder = try Recorder(creating: folder + "/log/session.mcap")
        let lane = recorder.makeLane()
        var spoilt = good
        spoilt.transitions[1].observation[0] = .infinity
        for record in records(of: spoilt) { lane.record(record, at: .zero) }
        try recorder.close()
        let outcome = try lab.hone(
            ["pretrain", "demo", "--data", folder, "--quiet", "--directory"]
                + [try lab.scratch() + "/session"] + FaultLab.tiny)
        evidence.operatorSaw = outcome.lastWords
        evidence.expect(
            outcome.code == 65 && outcome.errors.contains("step 1 of episode"),
            "exit code \(outcome.code)")
        return evidence
    }

    /// An episode as its session logs it.
    static func records(of episode: Episode) -> [LogRecord] {
        [
            .episodeStart(
                EpisodeStart(
                    number: episode.number, seed: episode.seed, purpose: episode.purpose))
        ] + episode.transitions.map { .transition($0) } + [
            .episodeEnd(
                EpisodeEnd(
                    number: episode.number, outcome: episode.outcome,
                    steps: UInt32(episode.transitions.count)))
        ]
    }
}
