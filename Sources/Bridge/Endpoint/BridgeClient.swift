public import Embodiment
internal import Platform

/// What one look for a sample found.
public enum Reception: Sendable, Equatable {
    /// The newest sample was filled in.
    case sample
    /// An intact sample with a number that is not finite came: the guardian stops on it.
    case notFinite
    /// Nothing came in time.
    case nothing
}

/// What an endpoint counted; nothing of it is fatal.
public struct BridgeStatistics: Sendable, Equatable {
    /// Hot frames accepted.
    public var accepted: UInt64 = 0
    /// Samples overtaken by a newer one before anybody looked.
    public var superseded: UInt64 = 0
    /// Frames and messages that could not be read.
    public var rejected: UInt64 = 0
    /// Samples with a number that is not finite (also in `rejected`).
    public var notFinite: UInt64 = 0
    /// Readable messages nobody asked for.
    public var unexpected: UInt64 = 0
    /// Commands the bridge refused as late, repeated or damaged.
    public var refusedCommands: UInt64 = 0
    /// Empty messages, by which a bridge tests whether its commander is still connected.
    public var probes: UInt64 = 0
    /// Why the last hot frame was refused.
    public var lastWireError: WireError?
    /// Why the last slow-path message was refused.
    public var lastUnreadable: String?

    /// Nothing counted yet.
    public init() {}

    /// The last refusal of either path in words.
    public var lastRejection: String? { lastUnreadable ?? lastWireError.map { "\($0)" } }
}

/// The agent's end: connects to a bridge, greets, commands, receives samples.
///
/// One thread at a time; handing it over needs a fence, as starting or joining a thread is. `send`
/// and `receive` do not allocate, nor does libzmq on their thread. The bridge need not run yet when
/// this is made; it connects, and reconnects, by itself.
public final class BridgeClient: @unchecked Sendable {
    // @unchecked Sendable: used by one thread at a time, as promised above.

    /// Where the bridge is.
    public var address: String { socket.address }
    /// The bridge's account of itself, once greeted.
    public private(set) var description: BridgeDescription?
    /// What was counted so far.
    public private(set) var statistics = BridgeStatistics()
    private let socket: ZeroMQSocket
    private let clock = SystemClock()
    private let incoming: UnsafeMutableRawBufferPointer
    private let outgoing: UnsafeMutableRawBufferPointer
    private var samples = SampleCodec(axes: 0, features: 0)
    private var commands = CommandCodec(axes: 0)
    private let keys: AgentKeys?
    /// Connections that ended before they were agreed on, since the last that was.
    private var brokenOff = 0
    /// Frames taken by one `receive`: a flood must not hold up its caller.
    static let patience = 64
    /// How often it is looked what becomes of a connection that is still being made.
    private static let handshakePause = Duration.milliseconds(100)

    /// Connects to `ipc://PATH` or a `tcp://` address, without keys a loopback one; returns at once.
    ///
    /// - Parameter keys: for an encrypted connection.
    public init(address: String, keys: AgentKeys? = nil) throws(BridgeError) {
        self.keys = keys
        socket = try ZeroMQSocket(
            .dealer, address: address, protection: keys.map(Protection.agent) ?? .open,
            isWatched: true)
        incoming = .allocate(byteCount: Wire.maximumFrameByteCount, alignment: 64)
        outgoing = .allocate(
            byteCount: CommandCodec(axes: Capacity.axes).byteCount, alignment: 64)
    }

    deinit {
        incoming.deallocate()
        outgoing.deallocate()
    }

    // MARK: Slow path

    /// Asks the bridge who it is; sizes of samples and commands follow from the answer.
    ///
    /// Compare the answer with the robot's file: `description.differences(from:)`. Throws `keyRefused`
    /// or `brokenOff` when the two sides cannot agree on a connection.
    /// - Parameter limits: hash of the limits that the commands will keep, for the bridge's log.
    @discardableResult
    public func hello(
        agent: String = "hone", limits: String? = nil, timeout: Duration
    ) throws(BridgeError) -> BridgeDescription {
        defer { socket.endWatching() }
        let hello = AgentMessage.hello(Hello(agent: agent, limits: limits))
        let found = try request(hello, "greet the bridge", timeout) {
            if case .describe(let description) = $0 { description } else { nil }
        }
        guard found.protocolName == Wire.protocolName, found.version == Int(Wire.version) else {
            throw .wrongProtocol(
                address: address, found: found.protocolName, version: found.version)
        }
        if let reason = found.impossibility {
            throw .badDescription(address: address, reason: reason)
        }
        samples = SampleCodec(axes: found.axes.count, features: found.features.count)
        commands = CommandCodec(axes: found.axes.count)
        description = found
        return found
    }

    /// Proves, after `hello`, that the bridge admits nobody whose key it has not been told.
    ///
    /// Tries the door with a key made for the purpose: it must not open. Says nothing about connections
    /// without keys, which only this machine can make.
    /// - Throws: `admitsAnybody`; `timedOut` when the bridge is not even there any more.
    public func proveGuarded(timeout: Duration) throws(BridgeError) {
        guard let keys else { return }
        try DoorTest.tryUnknownKey(at: address, of: keys.bridge, timeout: timeout)
    }

    /// Becomes the commander.
    public func start(session: UInt64, epoch: UInt32, timeout: Duration) throws(BridgeError) {
        let message = AgentMessage.start(
            session: session, epoch: epoch, boot: description?.bootID)
        try request(message, "take command of the robot", timeout) {
            if case .started(let started) = $0, started == epoch { () } else { nil }
        }
    }

    /// Brings the scene to the start of an episode.
    ///
    /// - Parameter meanwhile: called with every sample that comes before the answer, and with nil
    ///   about every millisecond in which none does: a real-time robot goes on being commanded.
    /// - Returns: the robot time it took.
    public func reset(
        _ reset: ResetRequest, timeout: Duration, meanwhile: ((SensorSample?) -> Void)? = nil
    ) throws(BridgeError) -> Duration {
        let seconds = try request(
            .reset(reset), "reset the scene", timeout, meanwhile: meanwhile
        ) {
            if case .ready(reset.episode, let seconds) = $0 { seconds } else { nil }
        }
        guard seconds.isFinite, seconds >= 0, seconds < 1e6 else {
            throw .refused(
                attempted: "reset the scene", code: Refusal.malformed.rawValue,
                message: "it says that took \(seconds) s")
        }
        return .seconds(seconds)
    }

    /// Makes the robot stop, and returns when the bridge says that it does.
    ///
    /// Throws `queueFull` when the message could not even be sent and `timedOut` when no answer
    /// came: the robot then stops by its own watchdog.
    public func stop(reason: String, timeout: Duration) throws(BridgeError) {
        try request(.stop(reason: reason), "stop the robot", timeout) {
            if case .stopped = $0 { () } else { nil }
        }
    }

    /// Sends `stop` without waiting for the answer; throws `queueFull` when it was not sent.
    public func sendStop(reason: String) throws(BridgeError) {
        let bytes = try SlowPath.encode(AgentMessage.stop(reason: reason))
        if try !sendBytes(bytes) { throw .queueFull(attempted: "stop the robot", address: address) }
    }

    /// Gives the robot back.
    public func release(session: UInt64, epoch: UInt32, timeout: Duration) throws(BridgeError) {
        try request(.release(session: session, epoch: epoch), "release the robot", timeout) {
            if case .released = $0 { () } else { nil }
        }
    }

    // MARK: Hot path

    /// Sends a command; throws `queueFull` when it could not be sent at once.
    public func send(_ command: Command) throws(BridgeError) {
        guard description != nil else { throw .notGreeted(attempted: "send a command") }
        let count = commands.encode(command, into: outgoing)
        let frame = UnsafeRawBufferPointer(rebasing: outgoing[..<count])
        if try socket.sendAgain(frame) != .sent {
            throw .queueFull(attempted: "send a command", address: address)
        }
    }

    /// Receives the newest sample, waiting up to `timeout` for the first.
    ///
    /// In real time all that has arrived is taken and the newest kept; in lockstep there is only
    /// one. Frames that cannot be read are counted and passed over. Throws `refused` when the
    /// bridge reports an error that is more than one late, repeated or damaged command.
    ///
    /// - Parameters:
    ///   - sample: filled in when the result is `sample`, otherwise without meaning.
    ///   - timeout: zero only looks; otherwise whole milliseconds, rounded up.
    public func receive(
        into sample: inout SensorSample, timeout: Duration
    ) throws(BridgeError) -> Reception {
        guard let description else { throw .notGreeted(attempted: "receive a sample") }
        let deadline = timeout > .zero ? clock.now + timeout : .zero
        var (hasSample, left) = (false, timeout)
        for _ in 0..<Self.patience {
            guard let frame = try nextFrame(timeout: left) else { break }
            if frame.isEmpty {
                statistics.probes += 1
            } else if frame[0] == Wire.slowPathMark {
                try handleUnasked(frame, isLockstep: description.isLockstep)
            } else {
                switch decode(frame, into: &sample) {
                case .sample:
                    if description.isLockstep { return .sample }
                    if hasSample { statistics.superseded += 1 }
                    hasSample = true
                case .notFinite: return .notFinite
                case .nothing: break
                }
            }
            left = hasSample || timeout <= .zero ? .zero : max(.zero, deadline - clock.now)
        }
        return hasSample ? .sample : .nothing
    }

    // MARK: Parts

    private func decode(
        _ frame: UnsafeRawBufferPointer, into sample: inout SensorSample
    ) -> Reception {
        do throws(WireError) {
            try samples.decode(frame, into: &sample)
            statistics.accepted += 1
            return .sample
        } catch {
            statistics.rejected += 1
            statistics.lastWireError = error
            guard case .notFinite = error else { return .nothing }
            statistics.notFinite += 1
            return .notFinite
        }
    }

    /// A message that came while waiting for samples.
    private func handleUnasked(
        _ frame: UnsafeRawBufferPointer, isLockstep: Bool
    ) throws(BridgeError) {
        guard let message = read(frame) else { return }
        guard case .error(let code, let text) = message else {
            statistics.unexpected += 1
            return
        }
        let isPassing: Set<Refusal> = [.malformed, .sequence, .expired]
        if !isLockstep, let refusal = Refusal(rawValue: code), isPassing.contains(refusal) {
            statistics.refusedCommands += 1
            return
        }
        throw .refused(attempted: "go on commanding", code: code, message: text)
    }

    /// A hot frame that came while an answer was waited for: handed on where somebody wants it.
    private func pass(_ frame: UnsafeRawBufferPointer, to meanwhile: ((SensorSample?) -> Void)?) {
        guard !frame.isEmpty else {
            statistics.probes += 1
            return
        }
        guard let meanwhile, let description else {
            statistics.superseded += 1
            return
        }
        var sample = SensorSample(
            axes: description.axes.count, features: description.features.count)
        if case .sample = decode(frame, into: &sample) { meanwhile(sample) }
    }

    private func read(_ frame: UnsafeRawBufferPointer) -> BridgeMessage? {
        switch SlowPath.decode(frame, as: BridgeMessage.self) {
        case .success(let message): return message
        case .failure(let error):
            statistics.rejected += 1
            statistics.lastUnreadable = "\(error)"
            return nil
        }
    }

    /// The next single-part frame, nil when none came in time.
    private func nextFrame(timeout: Duration) throws(BridgeError) -> UnsafeRawBufferPointer? {
        guard let part = try socket.receive(into: incoming, timeout: timeout) else { return nil }
        var hasMore = part.hasMore
        while hasMore {
            hasMore = try socket.receive(into: incoming, timeout: .zero)?.hasMore ?? false
        }
        // What came in several parts, or longer than the buffer, is cut to one byte, which the codec
        // refuses as too short; an empty message is the bridge's probe and means nothing.
        let isWhole = !part.hasMore && part.byteCount <= incoming.count
        if !isWhole { incoming[0] = 0 }
        return UnsafeRawBufferPointer(rebasing: incoming[..<(isWhole ? part.byteCount : 1)])
    }

    private func sendBytes(_ bytes: [UInt8]) throws(BridgeError) -> Bool {
        try bytes.withUnsafeBufferPointer { buffer throws(BridgeError) in
            try socket.send(UnsafeRawBufferPointer(buffer)) == .sent
        }
    }

    /// Throws when the two sides will never agree; a connection broken off may be a bridge that restarts.
    private func checkHandshake() throws(BridgeError) {
        while let event = try socket.nextHandshake(timeout: .zero) {
            switch event {
            case .keyRefused:
                guard let keys else { continue }
                throw .keyRefused(address: address, key: keys.own.publicKey)
            case .otherProtection:
                throw .brokenOff(address: address, key: keys?.bridge)
            case .brokenOff: brokenOff += 1
            case .admitted: brokenOff = 0
            case .connected: break
            }
        }
    }

    /// Sends a message and waits for the answer `match` takes; samples meanwhile are passed over.
    @discardableResult
    private func request<Answer>(
        _ message: AgentMessage, _ attempted: String, _ timeout: Duration,
        meanwhile: ((SensorSample?) -> Void)? = nil, match: (BridgeMessage) -> Answer?
    ) throws(BridgeError) -> Answer {
        let deadline = clock.now + timeout
        let seconds = timeout.inSeconds
        let bytes = try SlowPath.encode(message)
        while try !sendBytes(bytes) {
            try checkHandshake()
            let left = deadline - clock.now
            if try !socket.waitUntilWritable(timeout: min(left, Self.handshakePause)),
                clock.now >= deadline
            {
                if description != nil { throw .queueFull(attempted: attempted, address: address) }
                if brokenOff > 0 { throw .brokenOff(address: address, key: keys?.bridge) }
                throw .timedOut(
                    attempted: attempted, address: address, seconds: seconds, lastRejection: nil)
            }
        }
        let rejected = statistics.rejected
        let patience: Duration? = meanwhile == nil ? nil : .milliseconds(1)
        while deadline > clock.now {
            let left = deadline - clock.now
            guard let frame = try nextFrame(timeout: min(left, patience ?? left)) else {
                meanwhile?(nil)
                continue
            }
            guard frame.first == Wire.slowPathMark else {
                pass(frame, to: meanwhile)
                continue
            }
            guard let answer = read(frame) else { continue }
            if let matched = match(answer) { return matched }
            guard case .error(let code, let text) = answer else {
                statistics.unexpected += 1
                continue
            }
            // In real time a command on its way may have come late: that answers another question.
            let isOfCommand = code == Refusal.sequence.rawValue || code == Refusal.expired.rawValue
            guard isOfCommand, description?.isLockstep == false else {
                throw .refused(attempted: attempted, code: code, message: text)
            }
            statistics.refusedCommands += 1
        }
        throw .timedOut(
            attempted: attempted, address: address, seconds: seconds,
            lastRejection: statistics.rejected > rejected ? statistics.lastRejection : nil)
    }
}
