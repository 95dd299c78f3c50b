import Bridge
import Control
import Embodiment
import Platform
import Synchronization

/// The bridge thread of a real-time session: the only user of the socket.
///
/// Samples go out as a latest value, commands come in through a ring; what needs an answer (reset,
/// stop) is posted and waited for by the episode thread.
final class BridgeLink: @unchecked Sendable {
    /// A sample as it came.
    struct Arrival: Sendable {
        var sample: SensorSample
        /// When it came, on our clock.
        var time: MonotonicTime
        /// Samples that have come so far, this one included.
        var count: UInt64
    }

    /// Newest sample; the tick thread takes it.
    let samples = LatestValue<Arrival>()
    /// Commands of the tick thread, at most a few.
    let commands = SPSCRing<Command>(capacity: 8)

    private enum Job: Sendable {
        case reset(ResetRequest)
        case stop(String)
        case restart(session: UInt64, epoch: UInt32)
    }

    private let client: BridgeClient
    private let job = Mutex<Job?>(nil)
    private let answer = Mutex<Result<Double, RobotError>?>(nil)
    private let answered: WakeEvent
    private let isFinished = Atomic<Bool>(false)
    private var thread: HoneThread?

    /// Where a number that is not finite arrived, and none since the tick thread looked: -1.
    let notFinite = Atomic<Int>(-1)
    /// Most frames in a row that could not be read, since the tick thread looked.
    let damaged = Atomic<Int>(0)
    private var damage = DamageStreak()
    private let clock = SystemClock()
    private let robot: RobotDescription
    private var incoming: SensorSample
    private let patience: BridgePatience

    init(
        client: BridgeClient, robot: RobotDescription, patience: BridgePatience
    ) throws(PlatformError) {
        self.client = client
        self.patience = patience
        self.robot = robot
        incoming = SensorSample(axes: robot.axes.count, features: robot.features.count)
        answered = try WakeEvent()
    }

    /// Shakes hands on the caller's thread, then hands the socket to the bridge thread.
    func connect(session: UInt64, epoch: UInt32) throws(RobotError) {
        try Handshake.perform(
            client: client, robot: robot, session: session, epoch: epoch, lockstep: false,
            patience: patience)
        do {
            thread = try HoneThread.start(name: "bridge", scheduling: .realtime(priority: 75)) {
                self.run()
            }
        } catch { throw .platform(error) }
    }

    /// Resets the scene; blocks the caller until the bridge has answered.
    func reset(_ request: ResetRequest) throws(RobotError) {
        _ = try post(.reset(request), patience: patience.reset + .seconds(1)).get()
    }

    /// Agrees with the bridge anew, which may be another process by now; blocks the caller.
    func restart(session: UInt64, epoch: UInt32) throws(RobotError) {
        _ = try post(
            .restart(session: session, epoch: epoch), patience: patience.connect * 2 + .seconds(1)
        ).get()
    }

    /// Stops the robot at the bridge; never throws: the bridge's own watchdog is behind it.
    func stop(reason: String) {
        guard thread != nil else { return }
        _ = post(.stop(reason), patience: .seconds(2))
    }

    /// Joins the thread and releases the bridge.
    func finish(session: UInt64, epoch: UInt32) {
        isFinished.store(true, ordering: .sequentiallyConsistent)
        thread?.join()
        thread = nil
        try? client.release(session: session, epoch: epoch, timeout: .seconds(1))
    }

    private func post(_ new: Job, patience: Duration) -> Result<Double, RobotError> {
        answer.withLock { $0 = nil }
        job.withLock { $0 = new }
        _ = answered.wait(timeout: patience)
        return answer.withLock { $0 }
            ?? .failure(
                .bridge(
                    .timedOut(
                        attempted: "reach the bridge thread", address: client.address,
                        seconds: patience.inSeconds, lastRejection: nil)))
    }

    // MARK: Bridge thread

    private func run() {
        while !isFinished.load(ordering: .relaxed) {
            sendCommands()
            switch try? client.receive(into: &incoming, timeout: .milliseconds(1)) {
            case .sample: publish(incoming)
            case .notFinite: tellNotFinite()
            case .nothing, nil: break
            }
            tellDamage()
            if let next = job.withLock({ $0.take() }) { work(on: next) }
        }
    }

    private func publish(_ sample: SensorSample) {
        samples.publish(
            Arrival(sample: sample, time: clock.now, count: client.statistics.accepted))
    }

    private func tellNotFinite() {
        notFinite.store(
            NotFinitePlace.last(of: client, robot: robot).packed, ordering: .relaxed)
    }

    private func tellDamage() {
        let counts = client.statistics
        // A number that is not finite is no damage of the frame: it is a stop of its own.
        damage.take(accepted: counts.accepted, rejected: counts.rejected - counts.notFinite)
        // Between the two calls the tick thread may take what was there: it is told more, not less.
        if damage.inRow > damaged.load(ordering: .relaxed) {
            damaged.store(damage.inRow, ordering: .relaxed)
        }
    }

    private func sendCommands() {
        // A command that cannot be sent is not sent late: the bridge brakes by itself without it.
        while let command = commands.pop() { try? client.send(command) }
    }

    private func work(on job: Job) {
        var result: Result<Double, RobotError> = .success(0)
        do throws(BridgeError) {
            switch job {
            case .reset(let request): result = .success(try reset(scene: request).inSeconds)
            case .stop(let reason): try client.stop(reason: reason, timeout: .seconds(1))
            case .restart(let session, let epoch):
                do throws(RobotError) {
                    try Handshake.perform(
                        client: client, robot: robot, session: session, epoch: epoch,
                        lockstep: false, patience: patience)
                } catch { result = .failure(error) }
            }
        } catch { result = .failure(.bridge(error)) }
        answer.withLock { $0 = result }
        answered.signal()
    }

    /// The robot goes on being held and watched while its scene is put in order.
    private func reset(scene request: ResetRequest) throws(BridgeError) -> Duration {
        let before = client.statistics.notFinite
        return try client.reset(request, timeout: patience.reset) { sample in
            if let sample { self.publish(sample) }
            if self.client.statistics.notFinite > before { self.tellNotFinite() }
            self.tellDamage()
            self.sendCommands()
        }
    }
}
