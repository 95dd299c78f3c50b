import Bridge
import Embodiment
import Platform
import Synchronization

/// The bridge thread of a real-time session: the only user of the socket.
///
/// Samples go out as a latest value, commands come in through a ring; what needs an answer (reset,
/// stop) is posted and waited for by the episode thread.
final class BridgeLink: @unchecked Sendable {
    /// Newest sample; the tick thread takes it.
    let samples = LatestValue<SensorSample>()
    /// Commands of the tick thread, at most a few.
    let commands = SPSCRing<Command>(capacity: 8)

    private enum Job: Sendable {
        case reset(ResetRequest)
        case stop(String)
    }

    private let client: BridgeClient
    private let job = Mutex<Job?>(nil)
    private let answer = Mutex<Result<Double, BridgeError>?>(nil)
    private let answered: WakeEvent
    private let isFinished = Atomic<Bool>(false)
    private var thread: HoneThread?

    /// A sample with a number that is not finite arrived; the tick thread latches a stop.
    let sawNotFinite = Atomic<Bool>(false)
    private var incoming: SensorSample
    private let patience: BridgePatience

    init(
        client: BridgeClient, axes: Int, features: Int, patience: BridgePatience
    ) throws(PlatformError) {
        self.client = client
        self.patience = patience
        incoming = SensorSample(axes: axes, features: features)
        answered = try WakeEvent()
    }

    /// Shakes hands on the caller's thread, then hands the socket to the bridge thread.
    func connect(
        robot: RobotDescription, session: UInt64, epoch: UInt32, patience: BridgePatience
    ) throws(RobotError) {
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
        switch post(.reset(request), patience: patience.reset + .seconds(1)) {
        case .success: return
        case .failure(let error): throw .bridge(error)
        }
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

    private func post(_ new: Job, patience: Duration) -> Result<Double, BridgeError> {
        answer.withLock { $0 = nil }
        job.withLock { $0 = new }
        _ = answered.wait(timeout: patience)
        return answer.withLock { $0 }
            ?? .failure(
                .timedOut(
                    attempted: "reach the bridge thread", address: client.address,
                    seconds: patience.inSeconds, lastRejection: nil))
    }

    // MARK: Bridge thread

    private func run() {
        while !isFinished.load(ordering: .relaxed) {
            sendCommands()
            switch try? client.receive(into: &incoming, timeout: .milliseconds(1)) {
            case .sample: samples.publish(incoming)
            case .notFinite: sawNotFinite.store(true, ordering: .relaxed)
            case .nothing, nil: break
            }
            if let next = job.withLock({ $0.take() }) { work(on: next) }
        }
    }

    private func sendCommands() {
        // A command that cannot be sent is not sent late: the bridge brakes by itself without it.
        while let command = commands.pop() { try? client.send(command) }
    }

    private func work(on job: Job) {
        let result: Result<Double, BridgeError>
        do throws(BridgeError) {
            switch job {
            case .reset(let request):
                // The robot goes on being held and watched while its scene is put in order.
                let duration = try client.reset(request, timeout: patience.reset) { sample in
                    if let sample { self.samples.publish(sample) }
                    if self.client.statistics.notFinite > 0 {
                        self.sawNotFinite.store(true, ordering: .relaxed)
                    }
                    self.sendCommands()
                }
                result = .success(duration.inSeconds)
            case .stop(let reason):
                try client.stop(reason: reason, timeout: .seconds(1))
                result = .success(0)
            }
        } catch { result = .failure(error) }
        answer.withLock { $0 = result }
        answered.signal()
    }
}
