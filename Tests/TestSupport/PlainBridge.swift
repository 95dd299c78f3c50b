import Bridge
import Embodiment
import Platform
import Synchronization

/// A bridge of any robot's description that follows every command at once: sizes and rates are what it is for.
///
/// A thread of its own, in lockstep or by the clock. It brakes by itself as the page says: no period that a command's
/// validity would not outlast is moved in.
final class PlainBridge: Sendable {
    /// What it saw.
    struct Seen: Sendable {
        var commands = 0
        /// Times that it braked by itself while it was commanded.
        var brakes = 0
        /// From the arrival of the last command before a brake to the brake, s; the longest.
        var longestWay = 0.0
        var position: [Double] = []
    }

    let address: String
    private let state: State
    private let thread: HoneThread

    private final class State: Sendable {
        let isOver = Atomic<Bool>(false)
        let seen = Guarded(Seen())
    }

    /// - Parameters:
    ///   - watchdogMilliseconds: longest validity that it honours.
    ///   - successAfter: samples of an episode after which its task is done; nil for never.
    init(
        _ robot: RobotDescription, at address: String, isLockstep: Bool,
        watchdogMilliseconds: Double = 1000, hasOperator: Bool = false,
        isOperatorSilent: Bool = false,
        successAfter: Int? = nil
    ) throws {
        var description = BridgeDescription(
            robot: robot.name, serial: "plain", bootID: 77, isLockstep: isLockstep,
            controlSpace: robot.controlSpace.rawValue, commandRateHz: robot.commandRateHz,
            watchdogMilliseconds: watchdogMilliseconds, task: "follow", hasOperator: hasOperator,
            axes: robot.axes.map {
                .init(
                    name: $0.name, unit: $0.unit.rawValue, lower: $0.limits.lower,
                    upper: $0.limits.upper, velocity: $0.limits.velocity,
                    acceleration: $0.limits.acceleration)
            }, features: robot.features.map { .init(name: $0.name, unit: $0.unit.rawValue) })
        description.version = 2
        let server = try BridgeServer(address: address, description: description)
        let state = State()
        self.address = server.address
        self.state = state
        thread = try HoneThread.start(name: "plain", scheduling: .realtime(priority: 60)) {
            var core = Core(
                server: server, robot: robot, seen: state.seen,
                hasOperator: hasOperator && !isOperatorSilent,
                successAfter: successAfter)
            while !state.isOver.load(ordering: .relaxed) {
                do { try core.step() } catch { fatalError("\(error)") }
            }
        }
    }

    var seen: Seen { state.seen.withLock { $0 } }

    func end() {
        state.isOver.store(true, ordering: .relaxed)
        thread.join()
    }

    /// The thread's own.
    struct Core {
        let server: BridgeServer
        let robot: RobotDescription
        let seen: Guarded<Seen>
        let hasOperator: Bool
        let successAfter: Int?
        let clock = SystemClock()
        var gate: CommandGate
        var sample: SensorSample
        var command: Command
        var arrived = MonotonicTime.zero
        var isBraking = false
        var peers: [PeerID] = []
        var ticks: UInt64 = 0
        var samples = 0
        var deadline: MonotonicTime

        init(
            server: BridgeServer, robot: RobotDescription, seen: Guarded<Seen>, hasOperator: Bool,
            successAfter: Int?
        ) {
            (self.server, self.robot, self.seen) = (server, robot, seen)
            (self.hasOperator, self.successAfter) = (hasOperator, successAfter)
            gate = CommandGate(
                schedule: server.description.isLockstep
                    ? .lockstep : .realtime(silence: .seconds(3)))
            sample = SensorSample(axes: robot.axes.count, features: robot.features.count)
            sample.bootID = server.description.bootID
            command = Command(axes: robot.axes.count)
            deadline = clock.now
            place()
        }

        private var period: Duration { .seconds(robot.tickSeconds) }
        private var isLockstep: Bool { server.description.isLockstep }
        private var now: MonotonicTime {
            isLockstep
                ? MonotonicTime(
                    nanoseconds: 1 + UInt64(Double(ticks) * robot.tickSeconds * 1e9))
                : clock.now
        }

        private mutating func place() {
            for (index, axis) in robot.axes.enumerated() {
                sample.position[index] = axis.home
                sample.velocity[index] = 0
            }
        }

        mutating func step() throws(BridgeError) {
            guard !isLockstep else {
                if let request = try server.poll(timeout: .milliseconds(20)) { try handle(request) }
                return
            }
            let left = deadline - clock.now
            if left > .milliseconds(1) {
                if let request = try server.poll(timeout: left) { try handle(request) }
                return
            }
            clock.sleep(until: deadline)
            while let request = try server.poll(timeout: .zero) { try handle(request) }
            deadline = deadline + period
            pass(isValid: gate.isCommandValid(now: now, for: period))
            for peer in peers { try send(to: peer) }
        }

        /// One period of the robot's time.
        private mutating func pass(isValid: Bool) {
            ticks += 1
            if isValid {
                for index in 0..<robot.axes.count {
                    sample.velocity[index] =
                        (command.position[index] - sample.position[index]) / robot.tickSeconds
                    sample.position[index] = command.position[index]
                }
                sample.acknowledgedCommand = command.sequence
            } else {
                sample.velocity = AxisVector(count: robot.axes.count)
                if gate.lastSequence > 0, !isBraking {
                    let way = (clock.now - arrived).inSeconds
                    seen.withLock {
                        $0.brakes += 1
                        $0.longestWay = max($0.longestWay, way)
                    }
                }
            }
            isBraking = !isValid
            sample.stop =
                !sample.isEnabled
                ? .disabled : isBraking && gate.lastSequence > 0 ? .watchdog : .none
            let position = sample.position.values
            seen.withLock { $0.position = position }
        }

        private mutating func send(to peer: PeerID) throws(BridgeError) {
            sample.sequence += 1
            samples += 1
            sample.isSuccess = successAfter.map { samples > $0 } ?? false
            (sample.captureNanoseconds, sample.sendNanoseconds) = (now.nanoseconds, now.nanoseconds)
            for index in 0..<robot.features.count {
                sample.features[index] =
                    Float(index) + Float(sample.position[index % robot.axes.count])
            }
            sample.hasOperatorAction = hasOperator
            for index in 0..<robot.axes.count where hasOperator {
                sample.operatorAction[index] = samples / 7 % 2 == index % 2 ? 0.25 : -0.25
            }
            let seen = peer == gate.commander ? sample : sample.seenByOnlookers
            for _ in 0..<(isLockstep ? 5000 : 1) {
                if try server.send(seen, to: peer) { return }
                clock.sleep(for: .microseconds(200))
            }
        }

        private mutating func handle(_ request: BridgeRequest) throws(BridgeError) {
            switch request {
            case .command(var new, let peer):
                let longest = UInt32(server.description.watchdogMilliseconds * 1000)
                new.validityMicroseconds = min(new.validityMicroseconds, longest)
                if let refusal = gate.admit(new, from: peer, now: now) {
                    try server.refuse(refusal, "command \(new.sequence)", to: peer)
                    return
                }
                (command, arrived) = (new, clock.now)
                seen.withLock { $0.commands += 1 }
                if isLockstep {
                    pass(isValid: true)
                    try send(to: peer)
                }
            case .message(let message, let asker): try answer(message, asker)
            }
        }

        private mutating func answer(_ message: AgentMessage, _ asker: Asker) throws(BridgeError) {
            switch message {
            case .hello(let hello):
                peers.removeAll { $0 == asker.peer }
                peers.append(asker.peer)
                try server.describe(to: asker, answering: hello)
            case .start(let session, let epoch, _, _, _, let token):
                if let refusal = gate.start(
                    session: session, epoch: epoch, token: token, from: asker.peer, now: now)
                {
                    try server.refuse(refusal, "start", to: asker)
                    return
                }
                (sample.session, sample.epoch, sample.isEnabled) = (session, epoch, true)
                (sample.acknowledgedCommand, sample.stop) = (0, .none)
                try server.start(epoch: epoch, token: gate.token, for: asker)
            case .reset(let request):
                (sample.episode, samples) = (request.episode, 0)
                if isLockstep { place() }
                try server.reply(.ready(episode: request.episode, durationSeconds: 0.5), to: asker)
                if isLockstep { try send(to: asker.peer) }
            case .stop:
                (sample.isEnabled, sample.stop) = (false, .requested)
                try server.reply(.stopped, to: asker)
            case .release(let session, let epoch):
                if let refusal = gate.release(session: session, epoch: epoch, from: asker.peer) {
                    try server.refuse(refusal, "release", to: asker)
                    return
                }
                (sample.isEnabled, sample.session, sample.epoch) = (false, 0, 0)
                try server.reply(.released, to: asker)
            }
        }
    }
}
