public import Embodiment
public import Platform

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
    public internal(set) var description: BridgeDescription?
    /// What was counted so far.
    public private(set) var statistics = BridgeStatistics()
    /// Messages that were taken, whatever they were, and parts of those that have several.
    public private(set) var messages: UInt64 = 0
    /// Those of the slow path.
    public private(set) var slowMessages: UInt64 = 0
    /// Called with every frame of the hot path in the order in which they came, whatever was waited for
    /// meanwhile, on the thread that uses the client; must neither send nor receive.
    ///
    /// The sample means nothing where the frame was none. Nothing in between can be missed so.
    public var onSighting: ((Sighting, SensorSample) -> Void)?
    let socket: ZeroMQSocket
    private let clock = SystemClock()
    private let incoming: UnsafeMutableRawBufferPointer
    private let outgoing: UnsafeMutableRawBufferPointer
    var samples = SampleCodec(axes: 0, features: 0)
    var commands = CommandCodec(axes: 0)
    /// What a sighting without a sample carries.
    private let nothing = SensorSample(axes: 0, features: 0)
    let keys: AgentKeys?
    /// What the bridge refused of the commands while a sample was already there, or while an answer was
    /// waited for: the next `receive` throws it.
    var unsaid: BridgeError?
    /// What the bridge told a session when it started: its right to start again from a new connection.
    var right: (session: UInt64, boot: UInt64, token: CommandToken)?
    /// For a bridge of version 1.
    var unnumbered = UnnumberedAnswers()
    /// The number of the last request of this connection.
    private var lastID: UInt32 = 0
    /// Connections that ended before they were agreed on, since the last that was.
    private var brokenOff = 0
    /// Frames taken by one `receive`: a flood must not hold up its caller.
    static let patience = 64
    /// How often it is looked what becomes of a connection that is still being made.
    private static let handshakePause = Duration.milliseconds(100)
    /// How often somebody who does something meanwhile is asked until a message can be sent.
    private static let sendingPause = Duration.milliseconds(5)

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
        if let refusal = unsaid {
            unsaid = nil
            throw refusal
        }
        let deadline = timeout > .zero ? clock.now + timeout : .zero
        var (hasSample, left) = (false, timeout)
        for _ in 0..<Self.patience {
            guard let frame = try nextFrame(timeout: left) else { break }
            if frame.isEmpty {
                statistics.probes += 1
            } else if frame[0] == Wire.slowPathMark {
                do throws(BridgeError) {
                    try handleUnasked(frame, isLockstep: description.isLockstep)
                } catch {
                    guard hasSample else { throw error }
                    unsaid = error
                    return .sample
                }
            } else {
                switch decode(frame, into: &sample) {
                case .sample:
                    if description.isLockstep { return .sample }
                    if hasSample { statistics.superseded += 1 }
                    hasSample = true
                case .notFinite(let field, let index): return .notFinite(field, index: index)
                case .damaged: break
                }
            }
            left = hasSample || timeout <= .zero ? .zero : max(.zero, deadline - clock.now)
        }
        return hasSample ? .sample : .nothing
    }

    /// Waits until something may have come, or `event` is signalled, which this takes.
    ///
    /// - Parameter timeout: whole milliseconds, rounded up.
    public func wait(for event: WakeEvent, timeout: Duration) throws(BridgeError) {
        try socket.waitUntilReadable(or: event.descriptor, timeout: timeout)
        event.wait(timeout: .zero)
    }

    // MARK: Parts

    private func decode(
        _ frame: UnsafeRawBufferPointer, into sample: inout SensorSample
    ) -> Sighting {
        let sighting: Sighting
        do throws(WireError) {
            try samples.decode(frame, into: &sample)
            statistics.accepted += 1
            sighting = .sample
        } catch {
            statistics.refuse(error)
            if case .notFinite(let field, let index) = error {
                sighting = .notFinite(field, index: index)
            } else {
                sighting = .damaged
            }
        }
        onSighting?(sighting, sample)
        return sighting
    }

    /// A message that came while waiting for samples.
    private func handleUnasked(
        _ frame: UnsafeRawBufferPointer, isLockstep: Bool
    ) throws(BridgeError) {
        guard let answer = read(frame) else { return }
        guard answer.id == nil, case .error(let code, let text) = answer.message else {
            // The late answer to a request that was given up.
            statistics.unexpected += 1
            if answer.id == nil { unnumbered.passOver(answer.message) }
            return
        }
        if let refusal = refusalOfCommand(code, text, isLockstep: isLockstep) { throw refusal }
    }

    /// What an error about a frame is to the caller; nil, and counted, for one late, repeated or damaged
    /// command of real time.
    private func refusalOfCommand(
        _ code: Refusal, _ text: String, isLockstep: Bool
    ) -> BridgeError? {
        if !isLockstep, [.malformed, .sequence, .expired].contains(code) {
            statistics.refusedCommands += 1
            return nil
        }
        return .refused(attempted: "continue to command", code: code, message: text)
    }

    /// Lets a caller do something while it waits, and throws when it does not want to wait any more.
    private func pause(
        _ attempted: String, _ meanwhile: ((SensorSample?) -> Bool)?,
        with sample: SensorSample? = nil
    ) throws(BridgeError) {
        if let meanwhile, !meanwhile(sample) { throw .cancelled(attempted: attempted) }
    }

    /// A hot frame that came while an answer was waited for: handed on where somebody wants it.
    private func pass(
        _ frame: UnsafeRawBufferPointer, _ attempted: String,
        to meanwhile: ((SensorSample?) -> Bool)?
    ) throws(BridgeError) {
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
        if case .sample = decode(frame, into: &sample) {
            try pause(attempted, meanwhile, with: sample)
        }
    }

    private func read(_ frame: UnsafeRawBufferPointer) -> Numbered<BridgeMessage>? {
        switch SlowPath.decode(frame, as: Numbered<BridgeMessage>.self) {
        case .success(let answer): return answer
        case .failure(let error):
            statistics.rejected += 1
            statistics.lastUnreadable = "\(error)"
            onSighting?(.damaged, nothing)
            return nil
        }
    }

    /// The next single-part frame, nil when none came in time.
    private func nextFrame(timeout: Duration) throws(BridgeError) -> UnsafeRawBufferPointer? {
        // What an earlier turn left of a message of too many parts.
        try skipParts()
        guard !socket.isAmidMessage,
            let part = try socket.receive(into: incoming, timeout: timeout)
        else { return nil }
        messages += 1
        try skipParts()
        // What came in several parts, or longer than the buffer, is cut to one byte, which the codec
        // refuses as too short; an empty message is the bridge's probe and means nothing.
        let isWhole = !part.hasMore && part.byteCount <= incoming.count
        if !isWhole { incoming[0] = 0 }
        if part.byteCount > 0, incoming[0] == Wire.slowPathMark { slowMessages += 1 }
        return UnsafeRawBufferPointer(rebasing: incoming[..<(isWhole ? part.byteCount : 1)])
    }

    private func skipParts() throws(BridgeError) {
        guard socket.isAmidMessage else { return }
        let skipped = UInt64(try socket.skipParts(with: incoming))
        messages += skipped
        statistics.surplusParts += skipped
    }

    /// Sends bytes as they are; false when there is no room for them.
    func sendBytes(_ bytes: [UInt8]) throws(BridgeError) -> Bool {
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

    /// Sends a message as soon as there is room for it.
    private func deliver(
        _ request: Numbered<AgentMessage>, _ attempted: String, _ timeout: Duration,
        _ meanwhile: ((SensorSample?) -> Bool)?
    ) throws(BridgeError) {
        let deadline = clock.now + timeout
        let longest = meanwhile == nil ? Self.handshakePause : Self.sendingPause
        let bytes = try SlowPath.encode(request)
        while try !sendBytes(bytes) {
            try checkHandshake()
            try pause(attempted, meanwhile)
            let left = deadline - clock.now
            if try !socket.waitUntilWritable(timeout: min(left, longest)), clock.now >= deadline {
                if description != nil { throw .queueFull(attempted: attempted, address: address) }
                if brokenOff > 0 { throw .brokenOff(address: address, key: keys?.bridge) }
                throw .timedOut(
                    attempted: attempted, address: address, seconds: timeout.inSeconds,
                    lastRejection: nil)
            }
        }
    }

    /// Sends a message and waits for the answer `match` takes; samples before it are passed over, or
    /// handed to `meanwhile`.
    ///
    /// The answer is the one with the request's number; one without a number is a version 1 bridge's.
    @discardableResult
    func request<Answer>(
        _ message: AgentMessage, _ attempted: String, _ timeout: Duration,
        meanwhile: ((SensorSample?) -> Bool)? = nil, match: (BridgeMessage) -> Answer?
    ) throws(BridgeError) -> Answer {
        let deadline = clock.now + timeout
        lastID = lastID == .max ? 1 : lastID + 1
        let id = lastID
        try deliver(Numbered(message, id: id), attempted, timeout, meanwhile)
        let rejected = statistics.rejected
        let patience: Duration? = meanwhile == nil ? nil : .milliseconds(1)
        var doubtful: BridgeError?
        while deadline > clock.now {
            let left = deadline - clock.now
            guard let frame = try nextFrame(timeout: min(left, patience ?? left)) else {
                try pause(attempted, meanwhile)
                continue
            }
            guard frame.first == Wire.slowPathMark else {
                try pass(frame, attempted, to: meanwhile)
                continue
            }
            guard let answer = read(frame) else { continue }
            if let other = answer.id, other != id {
                // Of a request that was given up.
                statistics.unexpected += 1
                continue
            }
            if let matched = match(answer.message) { return matched }
            guard case .error(let code, let text) = answer.message else {
                statistics.unexpected += 1
                if answer.id == nil { unnumbered.passOver(answer.message) }
                continue
            }
            let refusal = BridgeError.refused(attempted: attempted, code: code, message: text)
            if answer.id != nil { throw refusal }
            switch relation(of: code, text, to: message) {
            case .answer: throw refusal
            case .doubtful: doubtful = refusal
            case .ofFrame: continue
            }
        }
        if let doubtful { throw doubtful }
        throw .timedOut(
            attempted: attempted, address: address, seconds: timeout.inSeconds,
            lastRejection: statistics.rejected > rejected ? statistics.lastRejection : nil)
    }

    /// What an error without a number is to the request that waits.
    private enum Relation { case answer, doubtful, ofFrame }

    private func relation(
        of code: Refusal, _ text: String, to request: AgentMessage
    ) -> Relation {
        let isLockstep = description?.isLockstep != false
        if let description, description.version >= 2 {
            // It is about a command, unless an older bridge has taken this one's place.
            if case .hello = request, code == .version { return .answer }
            let refusal = refusalOfCommand(code, text, isLockstep: isLockstep)
            unsaid = unsaid ?? refusal
            return .ofFrame
        }
        // In real time a command on its way may have come late: that answers another question.
        if code == .sequence || code == .expired, !isLockstep {
            statistics.refusedCommands += 1
            return .ofFrame
        }
        return unnumbered.passOverError() ? .doubtful : .answer
    }
}
