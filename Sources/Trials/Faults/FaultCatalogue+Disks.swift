import Bridge
import Configuration
import Embodiment
import Experience
import Foundation
import Platform
import Report
import Simulation

/// Power that is lost, files that change under the agent, logs that are played again.
extension FaultCatalogue {
    static var diskRows: [FaultRow] {
        [
            FaultRow(
                id: "45", fault: "a weight file is overwritten while its policy acts",
                injection: "garbage over the file, in place, in the middle of an evaluation",
                robot: "continues, to the same success as undisturbed",
                operatorSees: "nothing: the weights were read into memory"
            ) { try overwritten(in: $0) },
            FaultRow(
                id: "53", fault: "the power is lost",
                injection: "200 times, on a disk that forgets what was not synced",
                robot: "no robot", operatorSees: "everything that was called durable, an open end"
            ) { try powerLoss(in: $0) },
            live(
                "58", "the file system becomes read-only",
                "strace: EROFS to every write of the log's parts from the fifth on",
                robot: "is held after the episode",
                sees: "what could not be written, and how to continue"
            ) { lab in
                try findTracer()
                let directory = try lab.scratch() + "/session"
                // While the robot is held it is tried again and again, in two further parts each time.
                let parts = (1...60).flatMap {
                    ["-P", SessionLog.path(in: directory + "/log", part: $0)]
                }
                return try spoilt(
                    heldForDisk,
                    parts + ["-e", "trace=write", "-e", "inject=write:error=EROFS:when=5+"],
                    in: lab, directory: directory)
            },
            FaultRow(
                id: "69", fault: "a replay of a cut log, of another robot, or on hardware",
                injection: "a log without its last third; another robot's launch; no --hardware",
                robot: "does not move, or plays what is whole",
                operatorSees: "where the log ends; the differences; that a real robot would move"
            ) { try replays(in: $0) },
        ]
    }

    private static func overwritten(in lab: FaultLab) throws -> FaultEvidence {
        let bytes = try lab.checkpoint()
        var evidence = FaultEvidence(lost: "nothing to lose")
        var outcomes: [String] = []
        for isDisturbed in [false, true] {
            let folder = try lab.scratch()
            let file = folder + "/weights.safetensors"
            try Files.replace(file, with: bytes)
            let child = try ChildProcess.spawn(
                executable: "/usr/bin/env",
                arguments: [
                    "-C", lab.project.root, lab.program, "evaluate", "demo", "--weights", file,
                    "--unguided", "--quiet", "--directory", folder + "/session",
                ] + FaultLab.tiny + ["--set", "session.evaluation_episodes=40"],
                output: folder + "/output", errors: folder + "/errors")
            let log = folder + "/session/log/session.mcap"
            // The first chunk of the log: it acts.
            while child.isRunning, !Files.exists(log) { lab.clock.sleep(for: .milliseconds(1)) }
            let garbage = [UInt8](repeating: 0xFF, count: bytes.count)
            if isDisturbed {
                let descriptor = try FileDescriptor(opening: file, .update)
                try descriptor.write(garbage)
                evidence.expect(child.isRunning, "the evaluation was over before the file changed")
                try descriptor.close()
            }
            let code = child.wait()
            evidence.expect(code == 0, "exit code \(code): \(FaultLab.text(folder + "/errors"))")
            let text = FaultLab.text(folder + "/session/report.json")
            let report = try? SessionReport(json: Data(text.utf8))
            outcomes.append(
                report?.evaluations.map { "\($0.success.text), \($0.meanLength) steps" }
                    .joined(separator: "; ") ?? "no report")
        }
        evidence.robot = "\(outcomes[1]); undisturbed \(outcomes[0])"
        evidence.operatorSaw = "nothing"
        evidence.expect(outcomes[0] == outcomes[1], "the outcomes differ")
        return evidence
    }

    private static func powerLoss(in lab: FaultLab) throws -> FaultEvidence {
        let episodes = try SessionLogReader(recorded(in: lab)).episodes().episodes
        let random = CounterRandom(lab.seed, 53)
        var evidence = FaultEvidence(robot: "no robot")
        var (forgotten, kept) = (0, 0)
        for number in 0..<200 as Range<UInt64> {
            let disk = ForgetfulDisk(random: random.uniform(4 * number + 3))
            let recorder = Recorder(sink: disk)
            let lane = recorder.makeLane()
            var durable: [Episode] = []
            let last = Int(random.uniform(4 * number) * Double(3 * episodes.count))
            for index in 0...last {
                let records = records(of: episodes[index % episodes.count])
                for record in records { lane.record(record, at: .zero) }
                if random.uniform(1000 * number + UInt64(index)) < 0.5 { try recorder.flush() }
                while let episode = recorder.takeDurableEpisode() { durable.append(episode) }
            }
            let (found, report) = try SessionLogReader(disk.afterPowerLoss).episodes()
            evidence.expect(
                found.starts(with: durable),
                "loss \(number): of \(durable.count) durable episodes \(found.count) are there")
            evidence.expect(!report.isClosed, "loss \(number): the log is called closed")
            kept += durable.count
            forgotten += last + 1 - durable.count
            try recorder.close()
        }
        evidence.lost = "\(forgotten) episodes that nobody had called durable, none of \(kept)"
        evidence.operatorSaw = "an open end, 200 times"
        evidence.expect(forgotten > 20 && kept > 100, "too few to tell")
        return evidence
    }

    private static func replays(in lab: FaultLab) throws -> FaultEvidence {
        let recorded = try lab.recordedSession()
        let cut = try lab.scratch() + "/cut"
        try FileManager.default.copyItem(atPath: recorded, toPath: cut)
        let log = cut + "/log/session.mcap"
        let bytes = try Files.read(log, limit: 1 << 28)
        try Files.replace(log, with: Array(bytes.prefix(bytes.count * 2 / 3)))
        var evidence = FaultEvidence(lost: "what was behind the cut")
        let verified = try lab.hone(["episodes", "verify", cut])
        evidence.expect(verified.code == 65, "a cut log verifies with \(verified.code)")
        let played = try lab.hone(
            ["replay", cut, "--robot", "demo", "--quiet", "--directory"]
                + [try lab.scratch() + "/played"])
        evidence.expect(played.code == 0, "the cut log: \(played.code), \(played.lastWords)")
        let real = try lab.hone(["replay", recorded, "--robot", "widowx-cup", "--quiet"])
        evidence.expect(
            real.code == 64 && real.errors.contains("--hardware"),
            "without --hardware: \(real.code), \(real.lastWords)")
        let other = try lab.hone([
            "replay", recorded, "--robot", "metaworld-push", "--hardware", "--quiet",
        ])
        evidence.expect(
            other.code != 0 && other.errors.contains("sim-widowx"),
            "another robot: \(other.code), \(other.lastWords)")
        evidence.robot = "played the whole episode of a cut log; did not move otherwise"
        evidence.operatorSaw = [verified, real, other].map(\.lastWords).joined(separator: "; ")
        return evidence
    }
}

/// A disk that keeps what was synced, and of the rest the beginning, torn anywhere.
private final class ForgetfulDisk: LogSink {
    let path = "memory"
    private var bytes: [UInt8] = []
    private var durable = 0
    private let share: Double

    /// - Parameter random: 0…1, share of what was not synced that is there all the same.
    init(random: Double) { share = random }

    func append(_ new: UnsafeRawBufferPointer) throws(LogError) { bytes.append(contentsOf: new) }
    func makeDurable() throws(LogError) { durable = bytes.count }
    func close() throws(LogError) {}

    var afterPowerLoss: [UInt8] {
        Array(bytes.prefix(durable + Int(share * Double(bytes.count - durable))))
    }
}
