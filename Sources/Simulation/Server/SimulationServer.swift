import Bridge
import Embodiment
import Glibc
import Platform

/// A simulated robot on the real wire: what `hone sim` runs.
///
/// In lockstep robot time stands still until a command arrives; each accepted one moves it one
/// period and is answered with one sample, so that a session is reproducible to the bit. In real
/// time it runs at the command rate on the machine's clock. One thread; `run` allocates only for
/// slow-path messages.
public final class SimulationServer: @unchecked Sendable {
    // @unchecked Sendable: used by one thread at a time; made on one, run on another, read after
    // that one was joined.

    /// What was asked for.
    public let options: SimulationOptions
    /// Where it listens, with the real port when `*` was asked for.
    public let address: String
    /// The robot and what stands around it.
    public let world: any SimulatedWorld
    /// What the robot says about itself.
    let model: SimulatedModel
    /// The motion controller.
    public internal(set) var drive: SimulatedDrive
    /// What was counted so far.
    public internal(set) var statistics = SimulationStatistics()
    let server: BridgeServer
    let clock: any Platform.Clock
    private var suspensions = SuspendWatch()
    var gate: CommandGate
    /// Who said `hello` and is still there, newest last; in real time all of them get samples.
    var peers: [PeerID] = []
    /// The newest command that the drive follows or followed in this epoch.
    var appliedSequence: UInt64 = 0
    var sample: SensorSample
    var emitter: SampleEmitter
    var episode: UInt32 = 0
    /// Where an arm without power hangs.
    private var limp: AxisVector?
    /// How far it sinks in one period, m.
    private static let sinking = 1e-5
    /// A reset that a real-time robot is still busy with, and when it will be done.
    var pendingReset: (request: ResetRequest, asker: Asker, deadline: MonotonicTime)?
    /// Peers served at a time; the oldest that does not command makes room for a new one.
    static let maximumPeers = 16
    /// Requests handled in a period, and again between its end and its tick.
    ///
    /// A flood must not hold up the tick; what is not taken waits in the senders' own queues.
    static let patience = 64

    /// Binds the endpoint; the robot is at home and nobody commands it.
    ///
    /// - Parameter clock: for real time.
    public init(
        _ options: SimulationOptions, clock: any Platform.Clock = SystemClock()
    ) throws(BridgeError) {
        self.options = options
        self.clock = clock
        let bootID = Self.bootID(options)
        server = try BridgeServer(
            address: options.endpoint, description: Self.description(options, bootID: bootID),
            keys: options.keys)
        address = server.address
        model = options.model
        world = Self.world(options)
        drive = SimulatedDrive(
            limits: model.axes.map(\.limits), period: SimulatedAxes.periodSeconds,
            home: model.home, gripper: model.gripper, driving: model.driving)
        gate = CommandGate(
            schedule: options.isLockstep ? .lockstep : .realtime(silence: .seconds(3)))
        sample = SensorSample(axes: model.axes.count, features: model.features.count)
        emitter = SampleEmitter(faults: options.faults, bootID: bootID, empty: sample)
    }

    private static func world(_ options: SimulationOptions) -> any SimulatedWorld {
        switch options.body {
        case .arm(let task):
            SimulatedRobot(
                task: task, variant: options.variant,
                manner: ScriptedOperator.Manner().scaled(by: options.operatorNoise))
        case .mobile: SimulatedMobile(variant: options.variant, noise: options.operatorNoise)
        }
    }

    /// Serves until `shouldStop` says so (asked at least ten times a second) or a fault kills it.
    public func run(until shouldStop: () -> Bool) throws(BridgeError) -> SimulationEnd {
        options.isLockstep
            ? try runLockstep(until: shouldStop) : try runRealtime(until: shouldStop)
    }

    /// What the robot says it is.
    public static func description(_ options: SimulationOptions, bootID: UInt64)
        -> BridgeDescription
    {
        let model = options.model
        let axes = model.axes.map { axis in
            BridgeDescription.Axis(
                name: axis.name, unit: axis.unit.rawValue, lower: axis.limits.lower,
                upper: axis.limits.upper, velocity: axis.limits.velocity,
                acceleration: axis.limits.acceleration,
                controlSpace: axis.controlSpace?.rawValue)
        }
        var description = BridgeDescription(
            robot: model.name, serial: "sim-\(options.variant.rawValue)",
            bootID: bootID, isLockstep: options.isLockstep,
            controlSpace: model.controlSpace.rawValue,
            commandRateHz: SimulatedAxes.commandRateHz,
            watchdogMilliseconds: SimulatedAxes.watchdogMilliseconds,
            task: options.body.task, hasOperator: options.hasOperator, axes: axes,
            features: model.features.map {
                BridgeDescription.Feature(name: $0.name, unit: $0.unit.rawValue)
            })
        description.version = options.wireVersion
        return description
    }

    /// In lockstep a function of the seed, so that a session is reproducible; otherwise new each time.
    private static func bootID(_ options: SimulationOptions) -> UInt64 {
        let start = options.isLockstep ? 0 : SystemClock().now.nanoseconds ^ UInt64(getpid())
        return CounterRandom(options.seed, 0x626F_6F74, start).bits(0) | 1
    }

    /// Connections refused so far because their key is not on the list.
    public var refusedConnections: UInt64 { server.refusedConnections }

    // MARK: Time

    private func runLockstep(until shouldStop: () -> Bool) throws(BridgeError) -> SimulationEnd {
        while !shouldStop() {
            guard let request = try server.poll(timeout: .milliseconds(100)) else { continue }
            try handle(request)
            if isDead { return .died }
        }
        return .requested
    }

    private func runRealtime(until shouldStop: () -> Bool) throws(BridgeError) -> SimulationEnd {
        let period = Duration.seconds(SimulatedAxes.periodSeconds)
        var deadline = clock.now + period
        while !shouldStop() {
            try serve(until: deadline)
            let now = clock.now
            if now - deadline > period / 2 { statistics.lateTicks += 1 }
            // Missed periods are skipped, not caught up: the arm would run away.
            deadline = now - deadline > period ? now + period : deadline + period
            try finishReset(now: now)
            try watchSuspension()
            try tick()
            if isDead { return .died }
        }
        return .requested
    }

    /// A machine that was suspended has stood still with its clock, and nothing looks late: the robot stops as if
    /// somebody had asked it to, and its commander is told why.
    func watchSuspension() throws(BridgeError) {
        guard !options.isLockstep else { return }
        var total = clock.suspended
        if let tick = options.faults.suspendAtTick, statistics.ticks >= tick {
            total += SimulationFaults.suspension
        }
        guard let found = suspensions.take(total) else { return }
        statistics.suspensions += 1
        drive.halt(.requested)
        if let commander = gate.commander {
            try server.refuse(
                .fault,
                "the machine of this bridge was suspended for "
                    + "\(NumberText.duration(found.inSeconds)); the robot is stopped until a start",
                to: commander)
        }
    }

    /// Takes requests as they come, so that a command's age counts from its arrival; returns on time.
    private func serve(until deadline: MonotonicTime) throws(BridgeError) {
        if let first = options.faults.floodAfterTicks, statistics.ticks >= first {
            try flood(until: deadline)
        }
        for _ in 0..<Self.patience {
            let left = (deadline - clock.now).wholeNanoseconds / 1_000_000
            guard left > 0 else { break }
            if let request = try server.poll(timeout: .milliseconds(left)) { try handle(request) }
        }
        clock.sleep(until: deadline)
        for _ in 0..<Self.patience {
            guard let request = try server.poll(timeout: .zero) else { return }
            try handle(request)
        }
    }

    /// Robot time: virtual in lockstep, the machine's otherwise.
    var now: MonotonicTime {
        options.isLockstep
            ? MonotonicTime(nanoseconds: statistics.ticks * 10_000_000) : clock.now
    }

    private var isDead: Bool {
        options.faults.dieAfterTicks.map { statistics.ticks >= $0 } ?? false
    }

    /// One command period, and the sample that ends it.
    func tick() throws(BridgeError) {
        passPeriod()
        try sendSample()
    }

    /// One command period of the world, unseen.
    func passPeriod() {
        let period = Duration.seconds(SimulatedAxes.periodSeconds)
        let setPoint = drive.advance(isCommandValid: gate.isCommandValid(now: now, for: period))
        let isLimp = options.faults.limpAfterTicks.map { statistics.ticks >= $0 } ?? false
        if isLimp {
            // Where it stood when the power went, and from there slowly down.
            var pose = limp ?? world.position
            if let axis = model.sinking {
                pose[axis] = max(model.axes[axis].limits.lower, pose[axis] - Self.sinking)
            }
            for (axis, isDriving) in model.driving.enumerated() where isDriving { pose[axis] = 0 }
            limp = pose
        }
        world.advance(towards: limp ?? setPoint)
        statistics.ticks += 1
        statistics.expiries = drive.expiries
        statistics.unreachable = world.unreachable
    }

    /// What is measured now.
    func fillSample() {
        world.report(into: &sample)
        sample.features[model.violations] = Float(statistics.violations)
        sample.session = gate.session
        sample.epoch = gate.epoch
        sample.acknowledgedCommand = appliedSequence
        sample.episode = episode
        sample.stop = drive.stop
        sample.isEnabled = drive.stop == .none || drive.stop == .watchdog
        sample.captureNanoseconds = now.nanoseconds
        sample.sendNanoseconds = sample.captureNanoseconds
    }

    func sendSample() throws(BridgeError) {
        guard !peers.isEmpty else { return }
        fillSample()
        if let emitted = emitter.next(sample, tick: statistics.ticks) {
            guard !options.isLockstep else {
                if let peer = gate.commander ?? peers.last { try deliver(emitted, to: peer) }
                return
            }
            let seen = emitted.seenByOnlookers
            for peer in peers { try deliver(peer == gate.commander ? emitted : seen, to: peer) }
        }
    }

    /// Sends a sample; in lockstep, where a lost one would stop time for good, until it is taken.
    ///
    /// The queue can look full for a moment when both sides answer within microseconds: libzmq
    /// reads its counterpart's acknowledgements at most once a millisecond.
    private func deliver(_ sample: SensorSample, to peer: PeerID) throws(BridgeError) {
        var attempts = options.isLockstep ? 5000 : 1
        while attempts > 0 {
            if try server.send(sample, to: peer) { return }
            attempts -= 1
            if attempts > 0 { clock.sleep(for: .microseconds(200)) }
        }
        statistics.undelivered += 1
        if try !server.probe(peer) { dismiss(peer) }
    }

    /// Forgets a peer that is gone; with the commander goes its command, and the robot brakes.
    func dismiss(_ peer: PeerID) {
        peers.removeAll { $0 == peer }
        guard peer == gate.commander else { return }
        gate.forget()
        drive.halt(.disabled)
        settle()
        pendingReset = nil
    }

    /// A reset that will not be done is answered too, where answers have numbers: without one it would be
    /// taken for another request's.
    func giveUpReset(_ reason: String) throws(BridgeError) {
        guard let pending = pendingReset else { return }
        pendingReset = nil
        if pending.asker.id != nil { try server.refuse(.state, reason, to: pending.asker) }
    }
}
