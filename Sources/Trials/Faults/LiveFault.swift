import Bridge
import Driving
import Embodiment
import Foundation
import Platform
import Report
import Simulation

/// A fault of a session in motion: what is done to it, and what must come of it.
struct LiveFault: Sendable {
    /// What the robot must do.
    enum Robot: Sendable {
        /// Report one of these stops in time after the injection (nil: any), then stand still.
        case brakes(within: Duration, as: Set<BridgeStop>?)
        /// Come to rest in time after the injection without a stop of its own, and stay so as long as
        /// the fault lasts.
        case isHeld(within: Duration)
        /// Stand still at the end; when is not judged.
        case rests
        /// Go on moving.
        case goesOn
        /// Nobody can say: its process is gone.
        case isGone
    }

    /// What the agent must do.
    enum Agent: Sendable {
        /// End by itself with one of these exit codes.
        case ends(Set<Int32>)
        /// Go on until Ctrl-C.
        case goesOn
        /// Either.
        case any
    }

    var robot: Robot
    var agent: Agent
    /// Of each group one word at least must stand on standard error.
    var words: [[String]] = []
    /// How long a session that goes on is watched.
    var watch = Duration.seconds(4)
    /// False where the fault is there from the beginning.
    var waitsForMotion = true
    /// True where no session may begin: then none is left behind either.
    var isRefused = false
    /// The robot is a base that drives, with an arm.
    var isMobile = false
    var robotArguments: [String] = []
    /// Whose files the agent reads; nil for the lab's.
    var project: String?
    /// A system tool that starts the agent, with its arguments.
    var starter: [String] = []
    /// What the session's launch file is overridden with, `key=value`.
    var settings: [String] = []
    var edit: @Sendable () -> ChaosProxy.Edit = { { _ in true } }
    /// A braking robot stands still this long after the injection and stays so; nil where the agent may
    /// move it again.
    var rest: Duration? = .milliseconds(600)

    /// Runs it.
    ///
    /// - Parameters:
    ///   - directory: of the session; nil for the lab's.
    ///   - inject: does it, while the robot moves.
    ///   - judge: looks at more than the above, before and after the end.
    func run(
        in lab: FaultLab, directory: String? = nil, inject: (LiveSession) throws -> Void,
        judge: (LiveSession, LiveSession.Aftermath, inout FaultEvidence) throws -> Void = {
            _, _, _ in
        }
    ) throws -> FaultEvidence {
        let live = try LiveSession(
            in: lab, isMobile: isMobile, robotArguments: robotArguments, directory: directory,
            project: project, starter: starter,
            command: ("record", settings.flatMap { ["--set", $0] }), edit: edit())
        if waitsForMotion { try live.waitForMotion() }
        try live.inject { try inject(live) }
        var ended: Int32?
        switch agent {
        case .ends: ended = try live.watchUntilAgentEnds(within: .seconds(20))
        case .goesOn, .any:
            try live.watch(for: watch)
            ended = live.agent.isRunning ? nil : live.agent.exitCode
        }
        // Long enough to see a robot that comes to rest late, or moves again.
        try live.watch(for: .milliseconds(700))
        // What happened until here is the fault's; parking the robot at the end is not.
        let (stopped, rested, violations) = (
            waitsForMotion ? live.stopDelay(stops) : live.enabledSpan, live.restDelay,
            live.violations
        )
        let movedLately = live.track.suffix(300).contains { sample in
            // Not while it braked.
            let delay = live.delay(to: sample) ?? .zero
            return delay > .milliseconds(600) && LiveSession.isMoving(sample)
        }
        let movesStill = live.track.suffix(20).contains { LiveSession.isMoving($0) }
        let aftermath = try live.finish()
        var evidence = FaultEvidence(
            robot: text(stopped: stopped, rested: rested, moves: movedLately),
            lost: isRefused ? "0: no session began" : aftermath.lost.text,
            operatorSaw: seen(ended, aftermath))
        evidence.expect(violations == 0, "\(violations) limit violations by the robot's own count")
        if isRefused {
            let isLeft = FileManager.default.fileExists(atPath: live.directory)
            evidence.expect(!isLeft, "a session's directory was left behind")
        } else {
            evidence.expect(!aftermath.lost.isMore, "the log: \(aftermath.lost.text)")
        }
        switch robot {
        case .brakes(let limit, _):
            evidence.expect(
                stopped.map { $0 <= limit } ?? false,
                "no such stop within \(NumberText.duration(limit.inSeconds))")
            evidence.expect(
                rest.map { rested <= $0 && !movesStill } ?? true,
                "it moved \(NumberText.duration(rested.inSeconds)) after the fault")
        case .isHeld(let limit):
            evidence.expect(
                rested <= limit && !movesStill,
                "it moved \(NumberText.duration(rested.inSeconds)) after the fault")
        case .rests: evidence.expect(!movesStill, "it still moves")
        case .goesOn: evidence.expect(movedLately, "it does not move any more")
        case .isGone: break
        }
        judgeAgent(ended, aftermath, &evidence)
        try judge(live, aftermath, &evidence)
        return evidence
    }

    private var stops: Set<BridgeStop>? {
        if case .brakes(_, let stops) = robot { return stops }
        return nil
    }

    private func judgeAgent(
        _ ended: Int32?, _ aftermath: LiveSession.Aftermath, _ evidence: inout FaultEvidence
    ) {
        switch agent {
        case .ends(let codes):
            evidence.expect(
                ended.map(codes.contains) ?? false,
                ended.map { "the agent ended with \($0)" } ?? "the agent did not end")
        case .goesOn:
            evidence.expect(ended == nil, "the agent ended with \(ended ?? 0)")
            evidence.expect(
                ended != nil || aftermath.agentCode == 130,
                "after Ctrl-C the agent ended with \(aftermath.agentCode)")
        case .any: break
        }
        for group in words {
            evidence.expect(
                group.contains { aftermath.agentErrors.contains($0) },
                "standard error has none of: \(group.joined(separator: ", "))")
        }
    }

    private func text(stopped: Duration?, rested: Duration, moves: Bool) -> String {
        switch robot {
        case .isGone: return "gone"
        case .goesOn: return moves ? "continued" : "stood still"
        case .rests, .brakes, .isHeld:
            let stop = stopped.map {
                let span = NumberText.duration(max(0, $0.inSeconds))
                return waitsForMotion ? "stop after \(span)" : "stop \(span) after it was enabled"
            }
            let rest =
                waitsForMotion || rested > .zero
                ? "at rest after \(NumberText.duration(max(0, rested.inSeconds)))" : "never moved"
            return [stop, rest].compactMap { $0 }.joined(separator: ", ")
        }
    }

    private func seen(_ ended: Int32?, _ aftermath: LiveSession.Aftermath) -> String {
        guard let ended else {
            let holds = aftermath.report?.holds ?? 0
            let first = aftermath.holds.first.map { ", \($0)" } ?? ""
            return "the session continues"
                + (holds > 0 ? ", holds in its report: \(holds)" : "") + first
        }
        if ended > 128, aftermath.agentErrors.isEmpty { return "killed by signal \(ended - 128)" }
        return "exit \(ended): \(aftermath.lastWords)"
    }
}
