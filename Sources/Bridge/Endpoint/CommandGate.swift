public import Embodiment
public import Platform

/// Whose commands a bridge obeys, and which of them: the rule every bridge must apply.
///
/// Pure but for the tokens that it draws: what it decides depends only on its calls and the times they are
/// given, so a simulator in lockstep passes robot time and stays reproducible. One thread.
public struct CommandGate: Sendable {
    /// Time rules, which differ with the schedule.
    public enum Schedule: Sendable, Equatable {
        /// Robot time stands still between commands: nothing gets old.
        case lockstep
        /// Old commands are refused, and a commander silent for this long may be replaced.
        case realtime(silence: Duration)
    }

    /// Who commands; nil after `release` and at the start.
    public private(set) var commander: PeerID?
    /// The commander's session; 0 for none.
    public private(set) var session: UInt64 = 0
    /// The commander's epoch.
    public private(set) var epoch: UInt32 = 0
    /// The commander's right to start again from another connection, to be told to it alone; nil while nobody
    /// commands.
    public private(set) var token: CommandToken?
    /// The last accepted command's sequence in this epoch; 0 for none.
    public private(set) var lastSequence: UInt64 = 0
    private let schedule: Schedule
    private var lastHeard = MonotonicTime.zero
    private var validUntil = MonotonicTime.zero
    /// The fastest command of this epoch, which the others are measured by.
    private var shortest = ShortestWay()
    /// Sessions that commanded before, oldest first, with their last epochs: a recorded `start` of
    /// one of them changes nothing.
    private var past: [(session: UInt64, epoch: UInt32)] = []
    /// Sessions remembered.
    static let memory = 64

    /// A gate that nobody commands through.
    ///
    /// Three seconds of silence is the contract for real bridges.
    public init(schedule: Schedule = .realtime(silence: .seconds(3))) { self.schedule = schedule }

    /// Makes a session the commander, or says why not.
    ///
    /// The commander's own session may start again with a higher epoch: from the same peer, or (having
    /// reconnected) from another that quotes its token. Whoever else names that session is a rival: its
    /// number is no secret. A rival may start only when nobody commands any more, and a session that
    /// commanded before only with a higher epoch than then.
    public mutating func start(
        session: UInt64, epoch: UInt32, token quoted: CommandToken? = nil, from peer: PeerID,
        now: MonotonicTime
    ) -> Refusal? {
        guard session != 0 else { return .session }
        let isSame = commander != nil && session == self.session
        let isOwn = isSame && (peer == commander || (quoted != nil && quoted == token))
        if !isOwn, isCommanded(now: now) { return .busy }
        let last =
            isSame ? self.epoch : past.last { $0.session == session }?.epoch
        if let last, epoch <= last { return .epoch }
        if !isOwn {
            forget()
            token = .random()
        }
        commander = peer
        self.session = session
        self.epoch = epoch
        lastSequence = 0
        lastHeard = now
        validUntil = .zero
        shortest = ShortestWay()
        return nil
    }

    /// Whether a command is to be obeyed; nil is yes.
    ///
    /// An accepted command is remembered: its sequence will not be accepted again, and it counts as
    /// valid for its validity from `now`.
    public mutating func admit(
        _ command: Command, from peer: PeerID, now: MonotonicTime
    ) -> Refusal? {
        guard let commander else { return .session }
        guard command.session == session, peer == commander else {
            return command.session == session ? .busy : .session
        }
        guard command.epoch == epoch else { return .epoch }
        guard command.sequence > lastSequence else { return .sequence }
        if noteWay(of: command, now: now) { return .expired }
        lastSequence = command.sequence
        heard(from: peer, now: now)
        validUntil = now.advanced(byNanoseconds: Int64(command.validityMicroseconds) * 1000)
        return nil
    }

    /// Ends a command; nil is done.
    public mutating func release(session: UInt64, epoch: UInt32, from peer: PeerID) -> Refusal? {
        guard commander != nil, session == self.session else { return .session }
        guard peer == commander else { return .busy }
        guard epoch == self.epoch else { return .epoch }
        forget()
        return nil
    }

    /// Nobody commands any more: for a commander that is known to be gone.
    public mutating func forget() {
        if commander != nil {
            if past.count == Self.memory { past.removeFirst() }
            past.append((session, epoch))
        }
        commander = nil
        session = 0
        epoch = 0
        token = nil
        lastSequence = 0
        validUntil = .zero
        shortest = ShortestWay()
    }

    /// Whether `session` and `epoch` are the commander's and come from its peer; nil is yes.
    public func check(session: UInt64, epoch: UInt32, from peer: PeerID) -> Refusal? {
        guard commander != nil, session == self.session else { return .session }
        guard peer == commander else { return .busy }
        return epoch == self.epoch ? nil : .epoch
    }

    /// Notes that the commander is alive; a message of another peer changes nothing.
    public mutating func heard(from peer: PeerID, now: MonotonicTime) {
        if peer == commander { lastHeard = max(lastHeard, now) }
    }

    /// Whether a commander holds the robot and has not been silent for too long.
    public func isCommanded(now: MonotonicTime) -> Bool {
        guard commander != nil else { return false }
        switch schedule {
        case .lockstep: return true
        case .realtime(let silence): return now - lastHeard < silence
        }
    }

    /// Whether the last accepted command may still be obeyed; the bridge brakes when not.
    ///
    /// - Parameter period: how long it is to be obeyed from `now` on; with the bridge's own period no
    ///   command is still being carried out when its validity ends.
    public func isCommandValid(now: MonotonicTime, for period: Duration = .zero) -> Bool {
        switch schedule {
        case .lockstep: return lastSequence > 0
        case .realtime: return lastSequence > 0 && now + period < validUntil
        }
    }

    /// Notes how long a command lay on its way; whether that is longer than it is valid, by the fastest
    /// of the epoch.
    private mutating func noteWay(of command: Command, now: MonotonicTime) -> Bool {
        guard command.validityMicroseconds > 0 else { return true }
        guard case .realtime = schedule else { return false }
        let way = Int64(truncatingIfNeeded: now.nanoseconds &- command.sendNanoseconds)
        return shortest.take(way, at: now) > Int64(command.validityMicroseconds) * 1000
    }
}
