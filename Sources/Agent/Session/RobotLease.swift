import Bridge
import Configuration
import Control
import Driving
import Embodiment
import Experience
import Foundation
import Learning
import Models
import Platform
import Recipe
import Report

/// The use of a robot for a while: from its bridge, found or started, until it is parked and released.
///
/// Used from the thread that runs episodes.
struct RobotLease {
    private let session: Session
    /// World of the embedded simulator; nil for the launch file's.
    private let variant: SimulationVariant?

    private init(_ session: Session, _ variant: SimulationVariant?) {
        self.session = session
        self.variant = variant
    }

    /// Starts or finds the bridge, connects, hands out an episode runner, and parks afterwards.
    ///
    /// - Parameter variant: world of the embedded simulator; nil for the launch file's.
    static func withRunner<Result>(
        in session: Session, variant: SimulationVariant? = nil,
        _ body: (EpisodeRunner) throws -> Result
    ) throws -> Result {
        try withRobot(in: session, variant: variant) { robot in
            let runner = makeRunner(on: robot, in: session)
            session.policy = runner.policy
            defer {
                session.decided = session.decisionLatency
                session.policy = nil
            }
            return try body(runner)
        }
    }

    /// Starts or finds the bridge, connects, hands out the robot, and parks it afterwards.
    ///
    /// - Parameters:
    ///   - variant: world of the embedded simulator; nil for the launch file's.
    ///   - watch: called with each tick on the thread that ticks, beside the log; must not block.
    static func withRobot<Result>(
        in session: Session, variant: SimulationVariant? = nil,
        watch: (@Sendable (TickReport) -> Void)? = nil, _ body: (any Robot) throws -> Result
    ) throws -> Result {
        try RobotLease(session, variant).use(watch, body)
    }

    private func use<Result>(
        _ watch: (@Sendable (TickReport) -> Void)?, _ body: (any Robot) throws -> Result
    ) throws -> Result {
        let speedShare = try session.pace.speedShare(
            of: session.launch.robot, session.narrator)
        // Who has left a session alone overnight is not there when it comes to move something in the morning.
        let suspended = session.pace.keepAwake(session.narrator)
        if suspended != nil { session.startsHeld = true }
        defer { session.pace.letSleep() }
        let bridge = try makeBridge()
        defer { bridge.finish() }
        session.pace.lockMemory()
        let robot = try makeRobot(on: bridge, speedShare: speedShare)
        let before = session.tally
        session.logbook.watch(robot, watch)
        robot.onHold = { [unowned session] verdict in session.answerHold(verdict) }
        session.robot = robot
        defer { release(robot, since: before) }
        do {
            if session.launch.simulation == nil {
                // It may take as long as that, and until then there is nothing to see.
                session.narrator.say(
                    "waiting for the bridge at \(bridge.endpoint), "
                        + "\(NumberText.short(session.launch.bridge.connectSeconds)) s at most")
            }
            try connect(robot, suspended)
            if session.keys == nil { session.narrator.tellOpenness(of: bridge.endpoint) }
            let result = try body(robot)
            // Parking is also what one Ctrl-C does: home through the guardian, then release.
            try robot.home()
            return result
        } catch {
            session.narrator.tellComplaint(of: robot)
            robot.stop(reason: String("\(error)".prefix(200)))
            throw bridge.death ?? error
        }
    }

    private func makeBridge() throws -> BridgeProcess {
        let (launch, project) = (session.launch, session.project)
        var name = "bridge" + (variant.map { "-\($0.rawValue)" } ?? "")
        // What the bridge of an earlier process said is kept.
        if session.logPart > 1 { name += "-\(session.logPart)" }
        return try BridgeProcess(
            command: launch.bridgeCommand(variant: variant, project: project),
            endpoint: launch.bridge.endpoint,
            log: session.directory.log.appendingPathComponent(name + ".txt"))
    }

    private func makeRobot(on bridge: BridgeProcess, speedShare: Double) throws -> any Robot {
        let settings = session.launch.bridge
        return try session.pace.makeRobot(
            RobotParts(
                description: session.launch.robot,
                client: try BridgeClient(address: bridge.endpoint, keys: session.keys),
                // Any number but 0 that differs from connection to connection; not a secret, not used in learning.
                session: UInt64.random(in: 1...UInt64.max),
                patience: BridgePatience(
                    connect: .seconds(settings.connectSeconds),
                    reset: .seconds(settings.resetSeconds),
                    silence: .seconds(settings.silenceSeconds), isGone: bridge.isGone),
                interrupt: session.interrupt, desk: session.desk, speedShare: speedShare,
                isHeld: session.startsHeld), session.narrator)
    }

    /// - Parameter suspended: how long the machine was suspended before; nil where it was not.
    private func connect(_ robot: any Robot, _ suspended: Duration?) throws {
        do throws(RobotError) { try robot.connect() } catch {
            switch error {
            case .stopped, .held: try session.attendance.standBy(error, robot)
            default: throw error
            }
        }
        if session.startsHeld {
            let reason = suspended.map {
                "this machine was suspended for \(NumberText.duration($0.inSeconds)) before the robot was connected"
            }
            try session.attendance.awaitStart(
                of: robot, because: reason ?? "the session was resumed")
        }
        session.startsHeld = false
        if session.pace.isOnTheClock {
            session.wallClock.check()
            try session.resumption.supersede(session)
        }
        let limits = CompiledLimits(session.launch.robot).hashText
        session.logbook.record(
            LogEvent(
                level: .info, name: "limits",
                message: "commands keep the limits with FNV-1a hash \(limits)"))
    }

    private func release(_ robot: any Robot, since before: SessionTally) {
        robot.close()
        session.pace.releaseRobot()
        session.robot = nil
        session.logbook.close(robot.counters, since: before)
    }

    private static func makeRunner(on robot: any Robot, in session: Session) -> EpisodeRunner {
        let (launch, narrator) = (session.launch, session.narrator)
        let acting = session.acting
        let runner = EpisodeRunner(
            robot: robot, calibration: launch.calibration,
            maximumSteps: launch.task.maxSteps(of: launch.robot),
            executedSteps: launch.algorithm.chunk.executedSteps, interrupt: session.interrupt,
            policy: acting.policy, seed: launch.seed,
            extraDelay: .seconds(launch.driving.extraDelaySeconds))
        if launch.session.swapAt == .step {
            runner.policy.beforeDecision = { acting.loadNewest() }
        }
        runner.onOperatorSilence = { narrator.tellOperatorSilence() }
        runner.onClamping = { narrator.tellClamping($0) }
        runner.onTrackingLag = { narrator.tellLag($0) }
        runner.onForceBias = { narrator.tellForceBias($0) }
        runner.onLateDecision = { narrator.tellLateDecision($0) }
        if session.pace.isOnTheClock {
            runner.onStep = {
                [memory = session.memory, wallClock = session.wallClock, pace = session.pace] in
                memory.check(robot)
                wallClock.check()
                pace.watchMachine(narrator)
            }
        }
        runner.onScene = { [unowned session] () throws(RobotError) in
            do { try session.resumption.supersede(session) } catch { throw .recording("\(error)") }
        }
        runner.onRecord = { [logbook = session.logbook] record, time throws(RobotError) in
            do { try logbook.enter(record, at: time) } catch { throw .recording("\(error)") }
        }
        return runner
    }
}
