import Bridge
import Configuration
import Embodiment
import Experience
import Foundation
import Neural
import Platform
import Report
import Simulation

/// Disks, logs and weight files.
extension FaultCatalogue {
    static var fileRows: [FaultRow] {
        [
            live(
                "49", "the disk runs full",
                "a session directory on a tmpfs of 400 MiB, of which another takes 300",
                robot: "is held after the episode",
                sees: "that room is to be made, and how to continue"
            ) { lab in
                let disk = try lab.scratch()
                try mount(["-t", "tmpfs", "-o", "size=400m", "tmpfs", disk])
                defer { _ = try? unmount(disk) }
                var fault = heldForDisk
                fault.words = [["make room"], ["hone start"]]
                return try fault.run(in: lab, directory: disk + "/session") { _ in
                    try Files.replace(disk + "/other", with: Array(repeating: 0, count: 300 << 20))
                }
            },
            disk(
                "50", "every second sync of the log is interrupted by a signal",
                ["-e", "trace=fdatasync", "-e", "inject=fdatasync:error=EINTR:when=3+2"],
                goesOn: true),
            disk(
                "51", "fsync fails once",
                ["-e", "trace=fdatasync", "-e", "inject=fdatasync:error=EIO:when=5"],
                goesOn: true),
            disk(
                "51b", "fsync fails, of whatever file",
                ["-e", "trace=fdatasync", "-e", "inject=fdatasync:error=EIO:when=5+"],
                goesOn: false),
            disk(
                "52", "fsync takes 2 s",
                [
                    "-e", "trace=fdatasync", "-e",
                    "inject=fdatasync:delay_exit=2000000:when=5..6",
                ], goesOn: true),
            FaultRow(
                id: "54", fault: "the log ends in the middle of a record",
                injection: "cut at 200 places", robot: "no robot",
                operatorSees: "everything before the cut, and that its end is open"
            ) { try torn(in: $0) },
            FaultRow(
                id: "55", fault: "bits of an old log rot",
                injection: "200 flipped bits, one at a time",
                robot: "no robot", operatorSees: "every flip, never other data"
            ) { try rotten(in: $0) },
            FaultRow(
                id: "56", fault: "the agent is killed while it writes checkpoints",
                injection: "SIGKILL at 10 moments of a training", robot: "no robot",
                operatorSees: "every weight file that has its name is whole"
            ) { try killedTraining(in: $0) },
            weights("40", "a weight file is cut short", "half of it") { bytes, _ in
                Array(bytes.prefix(bytes.count / 2))
            },
            weights("41", "one bit of a weight file is flipped", "in its header") { bytes, _ in
                var bytes = bytes
                bytes[20] ^= 0x80
                return bytes
            },
            weights("43", "weights are not finite", "NaN in the middle") { bytes, _ in
                var bytes = bytes
                // The largest tensor is far longer than what stands around it.
                let place = bytes.count / 2 / 4 * 4
                for index in 0..<64 { bytes[place + index] = 0xFF }
                return bytes
            },
            weights("44", "a weight file claims a header of 100 MB", "its first 8 bytes") {
                bytes, _ in
                var bytes = bytes
                bytes.replaceSubrange(0..<8, with: [0, 0, 0, 6, 0, 0, 0, 0])
                return bytes
            },
            FaultRow(
                id: "42", fault: "weights of another shape",
                injection: "a checkpoint of 16 units for a policy of 32", robot: "does not move",
                operatorSees: "that they cannot be used, and why"
            ) { lab in
                let session = try lab.trainedSession()
                return try lab.refusal(
                    of: ["evaluate", "demo", "--weights", session, "--quiet", "--directory"]
                        + [try lab.scratch() + "/session"] + FaultLab.tiny
                        + ["--set", "policy.hidden=32"], codes: [65], words: ["weights"])
            },
        ]
    }

    // MARK: Disks

    private static func mount(_ words: [String]) throws {
        let child = try ChildProcess.spawn(executable: "/usr/bin/mount", arguments: words)
        if child.wait() != 0 { throw FaultNotPossible(reason: "mounting needs more rights") }
    }

    private static func unmount(_ folder: String) throws -> Int32 {
        try ChildProcess.spawn(executable: "/usr/bin/umount", arguments: ["-l", folder]).wait()
    }

    static let tracer = "/usr/bin/strace"

    static func findTracer() throws {
        guard access(tracer, X_OK) == 0 else {
            throw FaultNotPossible(reason: "there is no strace")
        }
    }

    /// Spoils system calls of one thread of the agent, its recorder's where none is named: one that is
    /// traced is slower than a tick may be.
    ///
    /// - Returns: the tracer, to be ended.
    static func spoil(
        _ live: LiveSession, thread: String = "recorder", _ words: [String]
    ) throws -> ChildProcess {
        try trace(live, try self.thread(thread, of: live), words)
    }

    /// Spoils system calls of a thread, named by its number.
    static func trace(
        _ live: LiveSession, _ thread: Int32, _ words: [String]
    ) throws -> ChildProcess {
        let status = "/proc/\(live.agent.identifier)/task/\(thread)/status"
        let child = try ChildProcess.spawn(
            executable: tracer,
            arguments: ["-qq", "-o", "/dev/null", "-p", "\(thread)"] + words)
        while child.isRunning, FaultLab.text(status).contains("TracerPid:\t0\n") {
            SystemClock().sleep(for: .milliseconds(1))
        }
        if !child.isRunning { throw FaultNotPossible(reason: "strace is refused") }
        return child
    }

    /// The number of the agent's thread whose name begins so.
    static func thread(_ name: String, of live: LiveSession) throws -> Int32 {
        let tasks = "/proc/\(live.agent.identifier)/task"
        for task in try Files.list(tasks) {
            guard FaultLab.text("\(tasks)/\(task.name)/comm").hasPrefix(name) else { continue }
            if let number = Int32(task.name) { return number }
        }
        throw FaultLabError.noThread(tasks, name: name)
    }

    /// A row with system calls that strace spoils.
    private static func disk(
        _ id: String, _ fault: String, _ words: [String], goesOn: Bool
    ) -> FaultRow {
        live(
            id, fault, "strace \(words.last ?? "")",
            robot: goesOn ? "continues" : "is held after the episode",
            sees: goesOn
                ? "the session continues" : "what could not be written, and how to continue"
        ) { lab in
            try findTracer()
            guard goesOn else { return try spoilt(heldForDisk, words, in: lab) }
            return try spoilt(
                LiveFault(robot: .goesOn, agent: .goesOn, watch: .seconds(8)), words, in: lab)
        }
    }

    /// A session whose log has no disk any more: the episode, of 16 s at most, is finished, and nothing more done.
    static let heldForDisk = LiveFault(
        robot: .rests, agent: .any, words: [["writing the session log"], ["hone start"]],
        watch: .seconds(20))

    /// Runs a fault that is spoilt system calls of the recorder.
    static func spoilt(
        _ fault: LiveFault, _ words: [String], in lab: FaultLab, directory: String? = nil
    ) throws -> FaultEvidence {
        var child: ChildProcess?
        defer {
            child?.terminate()
            _ = child?.wait()
        }
        return try fault.run(in: lab, directory: directory) { child = try spoil($0, words) }
    }

    // MARK: Logs

    private static func torn(in lab: FaultLab) throws -> FaultEvidence {
        let bytes = try recorded(in: lab)
        let whole = try SessionLogReader(bytes).episodes()
        let random = CounterRandom(lab.seed, 54)
        var evidence = FaultEvidence(robot: "no robot")
        var kept = 0
        for number in 0..<200 as Range<UInt64> {
            let cut = Int(random.uniform(number) * Double(bytes.count))
            let (episodes, report) = try SessionLogReader(Array(bytes.prefix(cut))).episodes()
            kept = max(kept, episodes.count)
            // A prefix of what was recorded, and the cut is told.
            let isPrefix = episodes == Array(whole.episodes.prefix(episodes.count))
            evidence.expect(isPrefix, "cut at \(cut): other episodes than were recorded")
            evidence.expect(!report.isClean, "cut at \(cut): called clean")
        }
        evidence.lost = "what was behind the cut"
        evidence.operatorSaw =
            "an open end, 200 times; up to \(kept) of \(whole.episodes.count) episodes"
        return evidence
    }

    private static func rotten(in lab: FaultLab) throws -> FaultEvidence {
        let bytes = try recorded(in: lab)
        let whole = try SessionLogReader(bytes).episodes().episodes
        let random = CounterRandom(lab.seed, 55)
        var evidence = FaultEvidence(robot: "no robot")
        var lost = 0
        for number in 0..<200 as Range<UInt64> {
            let bit = Int(random.uniform(number) * Double(bytes.count * 8))
            var rotten = bytes
            rotten[bit / 8] ^= 1 << UInt8(bit % 8)
            let (episodes, report) = try SessionLogReader(rotten).episodes()
            let areTrue = episodes.allSatisfy(whole.contains)
            evidence.expect(areTrue, "bit \(bit): data that was never recorded")
            evidence.expect(!report.isClean, "bit \(bit): not noticed")
            lost += whole.count - episodes.count
        }
        evidence.lost = "\(lost) of \(200 * whole.count) episodes, those whose bits were flipped"
        evidence.operatorSaw = "200 of 200 flips reported"
        return evidence
    }

    static func recorded(in lab: FaultLab) throws -> [UInt8] {
        let path = try lab.trainedSession() + "/recorded.mcap"
        return try Files.read(path, limit: 1 << 28)
    }

    // MARK: Weights

    private static func killedTraining(in lab: FaultLab) throws -> FaultEvidence {
        let data = try lab.trainedSession()
        let random = CounterRandom(lab.seed, 56)
        var evidence = FaultEvidence(robot: "no robot", lost: "0: every named file is whole")
        var (whole, killed) = (0, 0)
        for number in 0..<10 as Range<UInt64> {
            let folder = try lab.scratch() + "/session"
            let child = try ChildProcess.spawn(
                executable: "/usr/bin/env",
                arguments: [
                    "-C", lab.project.root, lab.program, "finetune", "demo", "--weights", data,
                    "--quiet", "--directory", folder,
                ] + FaultLab.tiny)
            lab.clock.sleep(for: .seconds(0.3 + 2 * random.uniform(number)))
            if child.isRunning { killed += 1 }
            child.kill()
            _ = child.wait()
            for part in ["weights", "checkpoints"] {
                let names = ((try? Files.list("\(folder)/\(part)")) ?? []).map(\.name)
                for name in names where name.hasSuffix(".safetensors") {
                    let bytes = try Files.read("\(folder)/\(part)/\(name)", limit: 1 << 30)
                    let isWhole = (try? Safetensors.decode(bytes)) != nil
                    if isWhole { whole += 1 }
                    evidence.expect(isWhole, "\(part)/\(name) cannot be read")
                }
            }
        }
        evidence.operatorSaw = "\(whole) weight files whole after \(killed) kills"
        evidence.expect(killed > 2 && whole > 2, "too few to tell")
        return evidence
    }

    private static func weights(
        _ id: String, _ fault: String, _ injection: String,
        _ spoil: @escaping @Sendable ([UInt8], FaultLab) -> [UInt8]
    ) -> FaultRow {
        FaultRow(
            id: id, fault: fault, injection: injection, robot: "does not move",
            operatorSees: "that the weights cannot be used, and why"
        ) { lab in
            let file = try lab.scratch() + "/spoilt.safetensors"
            try Files.replace(file, with: spoil(try lab.checkpoint(), lab))
            return try lab.refusal(
                of: ["evaluate", "demo", "--weights", file, "--quiet", "--directory"]
                    + [try lab.scratch() + "/session"] + FaultLab.tiny, codes: [65, 66],
                words: ["weights"])
        }
    }
}
