import Bridge
import Configuration
import Control
import Embodiment
import Platform
import Simulation
import Testing

@testable import Driving
@testable import TestSupport

/// A scene reset may take a person minutes: whoever waits for it hears everything else meanwhile.
@Suite("While the scene is reset", .byTheWallClock)
struct SceneResetTests {
    private func start(_ episode: UInt32) -> SceneStart {
        SceneStart(episode: episode, seed: 1, purpose: .training, wantsOperator: false)
    }

    /// A robot at home.
    private func robotAtHome(resetSeconds: Double) throws -> RobotBench {
        let bench = try RobotBench(.realtime, resetSeconds: resetSeconds)
        try bench.robot.connect()
        try bench.robot.home()
        return bench
    }

    @Test("A second Ctrl-C stops at once")
    func interrupted() throws {
        let bench = try robotAtHome(resetSeconds: 8)
        let (clock, interrupt) = (SystemClock(), bench.interrupt)
        let person = try HoneThread.start(name: "person") {
            SystemClock().sleep(for: .milliseconds(300))
            interrupt.request()
            interrupt.request()
        }
        defer { person.join() }
        let began = clock.now
        let error = #expect(throws: RobotError.self) { _ = try bench.robot.reset(start(0)) }
        guard case .interrupted = error else {
            Issue.record("expected an interrupt, found \(String(describing: error))")
            return
        }
        #expect(clock.now.seconds(since: began) < 4)
        bench.leave(after: error)
        #expect(clock.now.seconds(since: began) < 7, "the bridge thread has let go of it too")
        #expect(bench.server.drive.isAtRest && bench.server.drive.stop == .disabled)
    }

    @Test(
        "A person's stop or hold counts at once, and the old answer not for the next scene",
        arguments: [SafetyRequest.stop, .hold])
    func stopped(request: SafetyRequest) throws {
        let bench = try robotAtHome(resetSeconds: 2.5)
        let clock = SystemClock()
        let person = try DeskPerson.begin(at: bench.desk, asking: request)
        defer { person.join() }
        let began = clock.now
        let error = #expect(throws: RobotError.self) { _ = try bench.robot.reset(start(0)) }
        #expect(clock.now.seconds(since: began) < 2)
        if request == .stop {
            #expect(error?.stopCause == .operatorStop)
        } else {
            guard case .held(.holdRequested) = error else {
                Issue.record("expected a hold, found \(String(describing: error))")
                return
            }
        }
        // For a stop the bridge is told so, and agrees to a new epoch, in the middle of its reset.
        try bench.robot.awaitOperator(seconds: 20) { Issue.record("\($0)") }
        try bench.robot.home()
        let asked = clock.now
        #expect(try bench.robot.reset(start(1)).episode == 1)
        #expect(clock.now.seconds(since: asked) > 2, "it was the answer to this one")
        #expect(bench.moveUntilError(steps: 3) == nil)
        bench.leave(after: nil)
        #expect(bench.server.statistics.violations == 0)
    }

    @Test("Ctrl-C ends the wait for a bridge that is not there", arguments: [true, false])
    func nobody(isLockstep: Bool) throws {
        let scratch = try Scratch()
        let description = try RobotFile.read("sim-widowx", in: Project(root: HoneProgram.root))
        let client = try BridgeClient(address: "ipc://" + scratch.path("none"))
        let patience = BridgePatience(
            connect: .seconds(20), reset: .seconds(20), silence: .seconds(1))
        let interrupt = Interrupt(watchesSignals: false)
        let robot: any Robot
        if isLockstep {
            robot = LockstepRobot(
                description: description, client: client, session: 11, patience: patience,
                interrupt: interrupt)
        } else {
            robot = try RealtimeRobot(
                description: description, client: client, session: 11, patience: patience,
                interrupt: interrupt)
        }
        let person = try HoneThread.start(name: "person") {
            SystemClock().sleep(for: .milliseconds(300))
            interrupt.request()
        }
        defer { person.join() }
        let clock = SystemClock()
        let began = clock.now
        let error = #expect(throws: RobotError.self) { try robot.connect() }
        guard case .interrupted = error else {
            Issue.record("expected an interrupt, found \(String(describing: error))")
            return
        }
        #expect(clock.now.seconds(since: began) < 5)
        robot.close()
    }
}
