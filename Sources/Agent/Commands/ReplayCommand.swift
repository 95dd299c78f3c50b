import Configuration
import Control
import Driving
import Embodiment
import Experience
import Foundation
import Platform
import Recipe
import Report

/// `hone replay`: a recorded session once more: its decisions, another policy, a learner, a robot.
public enum ReplayCommand {
    /// Recomputes every decision from the log and the kept weights and compares bits.
    ///
    /// - Throws: `ReplayError.notVerified`, exit code 65, unless every decision came out equal.
    public static func verify(_ path: String, json: Bool, quiet: Bool) throws {
        ProcessorKernels.prepare()
        let session = try RecordedSession(path)
        let progress = ProgressReporter(quiet: quiet, json: json)
        progress.begin("recomputing", unit: "decisions")
        let check = try DecisionCheck(of: session) { progress.update(done: $0) }
        progress.end("\(check.decisions) decisions")
        let kernels = SessionRecord.presentKernels(for: session.launch.algorithm)
        let recorded = session.record.kernels
        Terminal.writeToStandardOutput(
            json
                ? check.json(kernels: kernels, recorded: recorded).pretty + "\n"
                : check.text(kernels: kernels, recorded: recorded, on: .standardOutput()))
        if let failure = check.failure { throw ReplayError.notVerified(failure) }
    }

    /// Runs another checkpoint over the logged observations and writes where and how it differs.
    ///
    /// - Parameters:
    ///   - other: a session directory or a checkpoint.
    ///   - directory: for `report.html` and `report.json`; nil for the next free one beside the session.
    public static func compare(
        _ path: String, with other: String, directory: String?, json: Bool, quiet: Bool
    ) throws {
        ProcessorKernels.prepare()
        let session = try RecordedSession(path)
        let progress = ProgressReporter(quiet: quiet, json: json)
        let (actor, file) = try OtherPolicy.load(other, for: session, progress.tell)
        progress.begin("comparing", unit: "steps")
        let comparison = try PolicyComparison(of: session, with: actor, file: file) {
            progress.update(done: $0)
        }
        progress.end("\(comparison.steps.count) steps")
        guard !comparison.steps.isEmpty else {
            throw ReplayError.notASession(path, "its log holds no step")
        }
        let folder = URL(fileURLWithPath: session.path)
        let target = SessionDirectory(
            existing: directory.map { URL(fileURLWithPath: $0) }
                ?? SessionDirectory.next(
                    named: folder.lastPathComponent + "-compared",
                    under: folder.deletingLastPathComponent()))
        try target.demandFree()
        do throws(PlatformError) {
            try Files.makeDirectories(target.url.path, permissions: 0o700)
            let page = ComparisonPage(comparison: comparison)
            try Files.replace(target.reportHTML.path, with: Array(page.html.utf8))
            try Files.replace(
                target.reportJSON.path, with: Array((comparison.json.pretty + "\n").utf8))
        } catch { throw SessionDirectoryError.unwritable(target.url.path, "\(error)") }
        Terminal.writeToStandardOutput(
            json
                ? comparison.json.pretty + "\n"
                : "\(comparison.steps.count) steps, \(comparison.equalSteps) equal to the bit; its "
                    + "critic prefers its own action in \(comparison.preferredSteps)\n"
                    + "report: \(target.reportHTML.path)\n")
    }

    /// Feeds the logged episodes to a fresh learner and writes a session with its checkpoint.
    ///
    /// - Parameters:
    ///   - asked: its launch is the learner's; empty for that of the recorded session.
    ///   - updates: critic updates after which training ends; nil for all that the launch owes.
    public static func train(_ path: String, _ asked: SessionRequest, updates: Int?) throws {
        var request = asked
        let recorded = try RecordedSession(path)
        let project = request.launch.isEmpty ? nil : try ProjectLocation.find()
        func read(_ overrides: [String]) throws -> Launch {
            guard let project else { return try recorded.record.readLaunch(changes: overrides) }
            return try LaunchFile.read(request.launch, in: project, overrides: overrides)
        }
        var launch = try read(request.overrides)
        if let updates, updates < launch.algorithm.schedule.offlineCriticUpdates {
            launch = try read(request.overrides + ["training.num_offline_updates=\(updates)"])
        }
        try recorded.check(launch.robot, for: .numbers)
        request.data += launch.session.offlineData
        request.replayed = path
        try OfflineData.refuseTwice([path] + request.data)
        let (episodes, issues) = try recorded.episodes()
        try SessionCommand.run(
            request, launch: launch, project: project ?? Project(root: "/")
        ) { session in
            for issue in issues { session.progress.tell(issue) }
            if !session.request.data.isEmpty {
                try SessionCommand.load(session.request.data, into: session)
            }
            try ReplayTraining.run(session, episodes: episodes, limit: updates)
        }
    }

    /// Plays the motion of a logged episode on the robot of the launch, through the guardian.
    ///
    /// `hone hold` makes it pause: the robot brakes, and goes on from there after `hone start`.
    /// - Parameters:
    ///   - episode: number in the session; nil for the first with a motion.
    ///   - speed: share of the logged speed, 0.1…1.
    ///   - allowsHardware: also on another robot than the embedded simulator.
    public static func play(
        _ path: String, _ request: SessionRequest, episode: UInt32?, speed: Double,
        allowsHardware: Bool
    ) throws {
        guard (0.1...1).contains(speed) else {
            throw ArgumentError("--speed is a share of the logged speed, 0.1 to 1")
        }
        let recorded = try RecordedSession(path)
        let project = try ProjectLocation.find()
        let launch = try LaunchFile.read(
            request.launch, in: project, overrides: request.overrides)
        guard launch.simulation != nil || allowsHardware else {
            throw ArgumentError(
                "\(launch.name) is not the embedded simulator: a real robot would move. "
                    + "Make sure that its way is free, then add --hardware.")
        }
        try recorded.check(launch.robot, for: .motion)
        let logged = try LoggedMotion(of: recorded, episode: episode)
        let motion = logged.motion(speed: speed)
        try SessionCommand.run(request, launch: launch, project: project) { session in
            let tracker = MotionTracker(robot: launch.robot, motion: motion)
            for issue in logged.issues { session.progress.tell(issue) }
            session.progress.tell(
                "episode \(logged.start.number), "
                    + NumberText.duration(Double(motion.count) * launch.robot.tickSeconds)
                    + " of motion")
            defer { session.report.tracking = tracker.records }
            try session.stage("motion") {
                try RobotLease.withRobot(in: session, watch: { tracker.take($0) }) { robot in
                    try session.logbook.enter(.motionBegan("replay"))
                    defer { try? session.logbook.enter(.motionEnded("replay")) }
                    var number = logged.start.number
                    try session.attendance.outlastHolds(of: robot) { () throws(RobotError) in
                        try robot.home()
                        // Once more only after one that a person's hold ended: with another number.
                        defer { number &+= 1 }
                        _ = try robot.reset(
                            SceneStart(
                                episode: number, seed: logged.start.seed,
                                purpose: logged.start.purpose, wantsOperator: false))
                    }
                    var isBegun = false
                    try session.attendance.outlastHolds(of: robot) { () throws(RobotError) in
                        if isBegun { return try robot.resume(playing: motion) }
                        isBegun = true
                        try robot.play(motion)
                    }
                    try session.attendance.outlastHolds(of: robot) { () throws(RobotError) in
                        try robot.settle()
                    }
                }
            }
            try session.checkInterrupt()
        }
    }
}
