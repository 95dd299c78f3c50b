public import Embodiment

/// The slow path: what is asked of a bridge once, and answered.
///
/// Where a request takes a `meanwhile`, that is called with every sample that comes before the
/// answer, and with nil about every millisecond in which none does; where it says false the request
/// is given up and throws `cancelled`.
extension BridgeClient {
    /// Asks the bridge who it is; sizes of samples and commands follow from the answer.
    ///
    /// Compare the answer with the robot's file: `description.differences(from:)`. Throws `keyRefused`
    /// or `brokenOff` when the two sides cannot agree on a connection.
    /// - Parameter limits: hash of the limits that the commands will keep, for the bridge's log.
    @discardableResult
    public func hello(
        agent: String = "hone", limits: String? = nil, timeout: Duration,
        meanwhile: ((SensorSample?) -> Bool)? = nil
    ) throws(BridgeError) -> BridgeDescription {
        defer { socket.endWatching() }
        let hello = AgentMessage.hello(Hello(agent: agent, limits: limits))
        let found = try request(hello, "greet the bridge", timeout, meanwhile: meanwhile) {
            if case .describe(let description) = $0 { description } else { nil }
        }
        guard found.protocolName == Wire.protocolName, Wire.versions.contains(found.version) else {
            throw .wrongProtocol(
                address: address, found: found.protocolName, version: found.version)
        }
        if let reason = found.impossibility {
            throw .badDescription(address: address, reason: reason)
        }
        samples = SampleCodec(axes: found.axes.count, features: found.features.count)
        commands = CommandCodec(axes: found.axes.count)
        if found.bootID != description?.bootID { unnumbered.forget() }
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

    /// Becomes the commander of the robot that was greeted.
    ///
    /// A session that started here before quotes the token it was told then, where it was told one.
    ///
    /// - Parameter actions: what an operator's −1…1 are; told to bridges of version 2.
    public func start(
        session: UInt64, epoch: UInt32, actions: ActionSpace? = nil, timeout: Duration,
        meanwhile: ((SensorSample?) -> Bool)? = nil
    ) throws(BridgeError) {
        let message = AgentMessage.start(
            session: session, epoch: epoch, boot: description?.bootID,
            robot: description?.robotID,
            actions: (description?.version ?? 1) >= 2 ? actions : nil,
            token: right(of: session))
        let told: CommandToken? = try request(
            message, "take command of the robot", timeout, meanwhile: meanwhile
        ) { answer -> CommandToken?? in
            guard case .started(epoch, let token) = answer else { return nil }
            return .some(token)
        }
        if let told, let description { right = (session, description.bootID, told) }
        // What was refused before is of another epoch.
        unsaid = nil
    }

    /// What this bridge, and no other process, told a session when it started.
    private func right(of session: UInt64) -> CommandToken? {
        guard let right, right.session == session, right.boot == description?.bootID else {
            return nil
        }
        return right.token
    }

    /// Brings the scene to the start of an episode.
    ///
    /// A reset that was given up may be answered all the same, sooner or later: by a bridge of version 1
    /// the next must name another episode, so that the late answer is not taken for its own.
    ///
    /// - Parameter meanwhile: with it a real-time robot goes on being commanded.
    /// - Returns: the robot time it took.
    public func reset(
        _ reset: ResetRequest, timeout: Duration, meanwhile: ((SensorSample?) -> Bool)? = nil
    ) throws(BridgeError) -> Duration {
        let seconds: Double
        do throws(BridgeError) {
            seconds = try request(
                .reset(reset), "reset the scene", timeout, meanwhile: meanwhile
            ) {
                if case .ready(reset.episode, let taken) = $0 { taken } else { nil }
            }
        } catch {
            switch error {
            case .cancelled, .timedOut: if description?.version == 1 { unnumbered.giveUp() }
            default: break
            }
            throw error
        }
        unnumbered.forget()
        guard seconds.isFinite, seconds >= 0, seconds < 1e6 else {
            throw .refused(
                attempted: "reset the scene", code: .malformed,
                message: "it says that took \(seconds) s")
        }
        return .seconds(seconds)
    }

    /// Makes the robot stop, and returns when the bridge says that it does.
    ///
    /// Throws `queueFull` when the message could not even be sent and `timedOut` when no answer
    /// came: the robot then stops by its own watchdog.
    ///
    /// - Parameters:
    ///   - code: who wants it.
    ///   - reason: why, for the bridge's log.
    public func stop(
        _ code: StopCode, reason: String, timeout: Duration
    ) throws(BridgeError) {
        try request(.stop(code, reason: reason), "stop the robot", timeout) {
            if case .stopped = $0 { () } else { nil }
        }
    }

    /// Gives the robot back.
    public func release(session: UInt64, epoch: UInt32, timeout: Duration) throws(BridgeError) {
        try request(.release(session: session, epoch: epoch), "release the robot", timeout) {
            if case .released = $0 { () } else { nil }
        }
    }
}
