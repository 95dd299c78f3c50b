import Bridge
import Control
import Embodiment
import Platform

/// A robot on a virtual clock: one thread, one command, one sample, in turn.
///
/// The bridge advances exactly one command period per command, so a session depends on its seed
/// alone. Owned by one thread.
final class LockstepRobot: Robot {
    let description: RobotDescription
    var onTick: (@Sendable (TickReport) -> Void)?
    private(set) var counters = RobotCounters()

    private let client: BridgeClient
    private let clock = VirtualClock()
    private let controller: Controller
    private let session: UInt64
    private let interrupt: Interrupt
    private var epoch: UInt32 = 0
    private var report: TickReport
    private var incoming: SensorSample
    private let patience: BridgePatience

    /// - Parameters:
    ///   - client: connected to nobody yet.
    ///   - session: number of this session, not 0.
    ///   - patience: wall time after which the bridge counts as dead.
    init(
        description: RobotDescription, client: BridgeClient, session: UInt64,
        patience: BridgePatience, interrupt: Interrupt
    ) {
        self.description = description
        self.client = client
        self.session = session
        self.patience = patience
        self.interrupt = interrupt
        incoming = SensorSample(
            axes: description.axes.count, features: description.features.count)
        controller = Controller(robot: description)
        report = TickReport(axes: description.axes.count)
    }

    var now: MonotonicTime { clock.now }

    func connect() throws(RobotError) {
        epoch += 1
        try Handshake.perform(
            client: client, robot: description, session: session, epoch: epoch, lockstep: true,
            patience: patience)
        controller.start(session: session, epoch: epoch)
    }

    func home() throws(RobotError) {
        // Before the first reset nobody has said where the robot is: reset answers with a sample.
        guard controller.isReady else { return }
        controller.goHome()
        let limit = HomingBudget.ticks(for: description)
        for _ in 0..<limit {
            if controller.isHome { break }
            _ = try tick()
        }
        guard controller.isHome else {
            throw .homing(seconds: Double(limit) * description.tickSeconds)
        }
        controller.hold()
    }

    func reset(_ start: SceneStart) throws(RobotError) -> SensorSample {
        let duration: Duration
        do throws(BridgeError) {
            duration = try client.reset(
                start.request(session: session, epoch: epoch), timeout: patience.reset)
        } catch { throw .bridge(error) }
        try receive("the first sample after a reset")
        clock.advance(by: duration)
        controller.receive(incoming, at: clock.now)
        controller.resynchronise()
        return incoming
    }

    func perform(_ action: AxisVector) throws(RobotError) -> StepResult {
        controller.begin(step: action)
        var isSuccess = false
        var isTerminal = false
        var last: SensorSample?
        repeat {
            let sample = try tick()
            isSuccess = isSuccess || sample.isSuccess
            isTerminal = isTerminal || sample.isTerminal
            last = sample
        } while !report.endsStep
        guard let sample = last else { preconditionFailure("a step has at least one tick") }
        return StepResult(
            executed: controller.executedAction(), sample: sample, isSuccess: isSuccess,
            isTerminal: isTerminal)
    }

    func settle() throws(RobotError) {
        controller.hold()
        while !controller.isAtRest { _ = try tick() }
    }

    /// One command, one sample, one period.
    private func tick() throws(RobotError) -> SensorSample {
        if interrupt.isImmediate { throw .interrupted }
        controller.tick(now: clock.now, into: &report)
        counters.ticks += 1
        counters.lateness.record(nanoseconds: 0)
        onTick?(report)
        do throws(BridgeError) {
            try client.send(report.command)
        } catch { throw .bridge(error) }
        try receive("the sample after a command")
        clock.advance(by: period)
        controller.receive(incoming, at: clock.now)
        counters.holds = controller.guardian.holds
        try checkStop()
        return incoming
    }

    private var period: Duration {
        .nanoseconds(Int64((1e9 * description.tickSeconds).rounded()))
    }

    private func receive(_ what: String) throws(RobotError) {
        let reception: Reception
        do throws(BridgeError) {
            reception = try client.receive(into: &incoming, timeout: patience.silence)
        } catch { throw .bridge(error) }
        switch reception {
        case .sample: return
        case .notFinite:
            controller.stop(.observationNotFinite)
            try checkStop()
        case .nothing:
            throw .silent(waitedFor: what, seconds: patience.silence.inSeconds)
        }
    }

    private func checkStop() throws(RobotError) {
        let latched = controller.guardian.latched
        guard latched.cause != .none else { return }
        counters.stops += 1
        throw .stopped(latched, robot: description)
    }

    func stop(reason: String) {
        try? client.stop(reason: reason, timeout: .seconds(1))
    }

    func close() {
        try? client.release(session: session, epoch: epoch, timeout: .seconds(1))
    }
}
