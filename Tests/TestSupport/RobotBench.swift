import Bridge
import Configuration
import Control
import Embodiment
import Platform
import Simulation
import Synchronization

@testable import Driving

/// A simulated robot with a fault on a thread of this process, and the agent's side of it.
final class RobotBench {
    let server: SimulationServer
    let robot: any Robot
    let description: RobotDescription
    let interrupt = Interrupt(watchesSignals: false)
    let desk = OperatorDesk()
    private let flags: Flags
    private let scratch: Scratch
    /// The wire to the robot, where it is a bad one.
    private let proxy: ChaosProxy?
    private var isLeft = false
    private let thread: HoneThread

    /// What two threads share.
    private final class Flags: Sendable {
        let isOver = Atomic<Bool>(false)
        let end = Guarded<SimulationEnd?>(nil)
    }

    /// - Parameters:
    ///   - silence: wall time after which a silent bridge counts as dead.
    ///   - resetSeconds: what a scene reset takes.
    ///   - edit: what the wire does to messages; nil for no wire between the two.
    ///   - isMobile: a base with an arm, instead of the arm on a table.
    ///   - clock: the agent's machine's, in real time.
    ///   - robotClock: the robot's machine's, in real time.
    ///   - change: to the robot as its file has it.
    ///   - shareGiven: what is left of its speed limits with what the tick's thread has got, in real time.
    init(
        _ schedule: ScheduleKind, faults: SimulationFaults = SimulationFaults(),
        silence: Duration = .milliseconds(500), speedShare: Double = 1,
        resetSeconds: Double = 0.05, edit: ChaosProxy.Edit? = nil,
        isMobile: Bool = false, clock: any Platform.Clock = SystemClock(),
        robotClock: any Platform.Clock = SystemClock(),
        change: (inout RobotDescription) -> Void = { _ in },
        shareGiven: ((ThreadGrant) -> Double?)? = nil
    ) throws {
        var description = try RobotFile.read(
            isMobile ? "sim-mobile" : "sim-widowx", in: Project(root: HoneProgram.root))
        if schedule == .realtime {
            // A machine busy with other tests must not look like a robot that fails.
            description.timing.observationHoldSeconds = 0.2
            description.timing.observationStopSeconds = 1
            description.timing.tickHoldSeconds = 0.2
            description.timing.tickStopSeconds = 1
            description.timing.missingSamples = 8
        }
        change(&description)
        let scratch = try Scratch()
        self.scratch = scratch
        var options = SimulationOptions(
            endpoint: "ipc://\(scratch.path("robot"))", isLockstep: schedule == .lockstep,
            seed: 3, faults: faults, body: isMobile ? .mobile : nil)
        options.resetSeconds = resetSeconds
        let server = try SimulationServer(options, clock: robotClock)
        let flags = Flags()
        let thread = try HoneThread.start(name: "robot") {
            let end = try? server.run { flags.isOver.load(ordering: .relaxed) }
            flags.end.withLock { $0 = end }
        }
        self.server = server
        self.flags = flags
        self.thread = thread
        self.description = description
        let proxy = try edit.map {
            try ChaosProxy(
                address: "ipc://\(scratch.path("wire"))", bridge: server.address, edit: $0)
        }
        self.proxy = proxy
        let client = try BridgeClient(address: proxy?.address ?? server.address)
        let patience = BridgePatience(
            connect: .seconds(10), reset: .seconds(10), silence: silence)
        switch schedule {
        case .lockstep:
            robot = LockstepRobot(
                description: description, client: client, session: 11, patience: patience,
                interrupt: interrupt, desk: desk)
        case .realtime:
            robot = try RealtimeRobot(
                description: description, client: client, session: 11, patience: patience,
                interrupt: interrupt, desk: desk, speedShare: speedShare, shareGiven: shareGiven,
                clock: clock)
        }
    }

    /// Connects, goes home and begins an episode.
    func begin() throws(RobotError) {
        try robot.connect()
        try robot.home()
        _ = try robot.reset(
            SceneStart(episode: 0, seed: 1, purpose: .training, wantsOperator: false))
    }

    /// Moves to and fro sideways, so that a robot that does not follow is seen, until it throws.
    func moveUntilError(steps: Int = 120) -> RobotError? {
        let axes = description.axes.count
        do throws(RobotError) {
            try move(steps: steps) { step in
                var action = Action(count: axes)
                action[1] = step / 7 % 2 == 0 ? 1 : -1
                action[6] = 1
                return action
            }
            return nil
        } catch { return error }
    }

    /// A policy of these actions, by the number of the step.
    func policy(_ action: @escaping @Sendable (Int) -> Action) -> PolicyLoop {
        let calibration = Calibration(
            serial: "none", robot: description.name, date: "", tool: "", axisOffsets: [:],
            featureOffsets: [:])
        return PolicyLoop(
            robot: description, calibration: calibration, policy: ScriptedPolicy(action), seed: 0)
    }

    /// Carries out so many steps.
    ///
    /// - Returns: what they did.
    @discardableResult
    func move(
        steps: Int, _ action: @escaping @Sendable (Int) -> Action
    ) throws(RobotError) -> [StepOutcome] {
        let policy = policy(action)
        var outcomes: [StepOutcome] = []
        outcomes.reserveCapacity(steps)
        while outcomes.count < steps {
            // Whatever accomplishes or ends the task ends a course; these tests are about the robot.
            let course = Course(
                driver: .guided, firstDecision: UInt64(outcomes.count),
                steps: UInt32(steps - outcomes.count))
            try robot.follow(course, with: policy)
            var isOver = false
            while !isOver, outcomes.count < steps {
                let outcome = try robot.nextStep()
                outcomes.append(outcome)
                isOver = outcome.isLast
            }
        }
        return outcomes
    }

    /// What a session does after an error, then the robot's end.
    ///
    /// - Returns: how the robot's own thread ended.
    @discardableResult
    func leave(after error: RobotError?) -> SimulationEnd? {
        isLeft = true
        if let error { robot.stop(reason: "\(error)") }
        robot.close()
        // In real time a robot needs a moment to brake after it was told to.
        if !server.options.isLockstep { SystemClock().sleep(for: .milliseconds(400)) }
        return end()
    }

    // A test that failed half-way leaves threads behind.
    deinit { if !isLeft { leave(after: nil) } }

    /// Ends the robot's thread; afterwards its state may be looked at.
    @discardableResult
    func end() -> SimulationEnd? {
        flags.isOver.store(true, ordering: .relaxed)
        thread.join()
        return flags.end.withLock { $0 }
    }
}

extension Robot {
    /// Waits for a person, with nothing else to do.
    func awaitOperator(seconds: Double, tell: (String) -> Void) throws(RobotError) {
        try awaitOperator(seconds: seconds, tell: tell, meanwhile: {})
    }
}

extension RobotError {
    /// The cause of a protective stop.
    var stopCause: StopCause? {
        guard case .stopped(let verdict, _) = self else { return nil }
        return verdict.cause
    }
}
