import Bridge
import Embodiment
import Platform

/// One connection of the examiner to a bridge, and the session it may hold.
///
/// One thread. A peer that goes closes its connection, as a program that died would.
final class ExaminerPeer {
    /// What became of a command.
    enum Outcome: Equatable {
        /// An `error` with this code, and its words.
        case refused(Refusal, String)
        /// A sample that acknowledges it.
        case applied(SensorSample)
        /// A sample that does not, when a lockstep bridge owes one or the time is over.
        case ignored(SensorSample)
        /// Nothing at all.
        case silence
    }

    let probe: BridgeProbe
    let description: BridgeDescription
    private(set) var session: UInt64 = 0
    private(set) var epoch: UInt32 = 0
    /// What the bridge told it when it started; nil of a bridge that tells none.
    private(set) var token: CommandToken?
    private(set) var sequence: UInt64 = 0
    /// The newest sample.
    private(set) var last: SensorSample?
    /// Set-points of commands that hold: where the robot was measured when the command began, velocities 0.
    private(set) var pose: AxisVector
    let patience: Duration
    /// What it says that an operator's −1…1 are.
    private let actions: ActionSpace
    private let unread: UnreadMessages
    private let clock = SystemClock()
    /// The number of the last request.
    private(set) var lastID: UInt32 = 0

    /// Connects; `description` decides the sizes of frames.
    init(
        address: String, keys: AgentKeys?, description: BridgeDescription, actions: ActionSpace,
        patience: Duration, unread: UnreadMessages
    ) throws {
        self.unread = unread
        self.actions = actions
        probe = try BridgeProbe(address: address, keys: keys)
        probe.description = description
        self.description = description
        self.patience = patience
        pose = AxisVector(count: description.axes.count)
    }

    // MARK: Slow path

    /// Sends a message and returns its answer; samples are kept in `last`.
    func ask(_ message: AgentMessage) throws -> BridgeMessage? {
        try answer(to: try send(message))
    }

    /// Sends a message and returns the number it was given.
    func send(_ message: AgentMessage) throws -> UInt32 {
        lastID += 1
        try probe.send(message, id: lastID)
        return lastID
    }

    /// Sends bytes as they are and returns the first slow-path answer.
    func ask(parts: [[UInt8]]) throws -> BridgeMessage? {
        try probe.send(parts: parts)
        return try next(where: { _ in true })?.message
    }

    /// The first answer that carries this number, or none: the latter is version 1's.
    func answer(to id: UInt32) throws -> BridgeMessage? {
        try next { $0 == id || $0 == nil }?.message
    }

    /// The next slow-path message with such a number; nil when none came in time.
    func next(
        within limit: Duration? = nil, each: (SensorSample) -> Void = { _ in },
        where isWanted: (UInt32?) -> Bool
    ) throws -> (message: BridgeMessage, id: UInt32?)? {
        let deadline = clock.now + (limit ?? patience)
        while deadline > clock.now {
            guard let arrival = try probe.next(within: deadline - clock.now) else { return nil }
            switch arrival.event {
            case .message(let message, let id): if isWanted(id) { return (message, id) }
            case .sample(let sample):
                last = sample
                each(sample)
            case .unreadable(let reason): unread.note(reason)
            case .empty: break
            }
        }
        return nil
    }

    func hello() throws -> BridgeMessage? { try ask(.hello(Hello(agent: "hone bridge-test"))) }

    // MARK: Authority

    /// Starts a session of its own in epoch 1 and learns where the robot is.
    ///
    /// Waits while an earlier peer of the examiner may still command; a bridge is owed that.
    func command() throws {
        let deadline = clock.now + patience * 2
        var answer: BridgeMessage?
        let session = UInt64.random(in: 1...UInt64.max)
        repeat {
            answer = try start(session, epoch: 1)
            if answer?.isStarted(in: 1) == true { return try learnPose() }
            clock.sleep(for: .milliseconds(50))
        } while answer?.refusal == .busy && clock.now < deadline
        throw DutyTrial.Broken(
            came:
                "a start of session \(session.hexadecimal), needed for this duty, was answered with "
                + BridgeMessage.text(answer))
    }

    /// Starts; remembers the session and its token when the bridge agrees.
    ///
    /// - Parameter quoted: a token of somebody else's; nil for its own, where it has one of this session.
    func start(
        _ session: UInt64, epoch: UInt32, token quoted: CommandToken? = nil
    ) throws -> BridgeMessage? {
        let answer = try ask(
            .start(
                session: session, epoch: epoch, boot: description.bootID,
                robot: description.robotID, actions: description.version >= 2 ? actions : nil,
                token: quoted ?? (session == self.session ? token : nil)))
        if case .started(epoch, let told) = answer {
            (self.session, self.epoch, sequence) = (session, epoch, 0)
            token = told
        }
        return answer
    }

    /// A new epoch of the same session, which ends any stop.
    func startAnew() throws {
        let answer = try start(session, epoch: epoch + 1)
        guard case .started = answer else {
            throw DutyTrial.Broken(
                came: "a start in epoch \(epoch + 1) was answered with "
                    + BridgeMessage.text(answer))
        }
        try learnPose()
    }

    /// Gives the robot back; never throws, for the end of a test.
    func release() {
        guard session != 0 else { return }
        _ = try? ask(.release(session: session, epoch: epoch))
        session = 0
    }

    /// Learns where the robot is measured; in lockstep by way of a reset.
    func learnPose() throws {
        if description.isLockstep {
            let answer = try ask(
                .reset(
                    ResetRequest(
                        session: session, epoch: epoch, episode: 0, seed: 0,
                        purpose: .evaluation, wantsOperator: false)))
            guard case .ready = answer else {
                if answer?.refusal == .state { return try findRobot() }
                throw DutyTrial.Broken(
                    came: "a reset, which lockstep begins with, was answered with "
                        + BridgeMessage.text(answer))
            }
        }
        try measurePose()
    }

    /// Holds from here on where the next sample of this session says that the robot is.
    func measurePose() throws {
        let found = try sample { $0.session == self.session && $0.epoch == self.epoch }
        guard let found else {
            throw DutyTrial.Broken(
                came:
                    "no sample of session \(session.hexadecimal), epoch \(epoch) within \(patience)"
            )
        }
        pose = found.position
        // What is commanded by its velocity holds by standing still.
        for (index, axis) in description.axes.enumerated() where axis.isVelocity { pose[index] = 0 }
    }

    /// Learns where a lockstep robot is that cannot be reset there: stopped, it carries no command out but answers each
    /// with a sample; a new epoch ends the stop.
    private func findRobot() throws {
        _ = try ask(.stop(.test, reason: "to learn where the robot is"))
        for (index, axis) in description.axes.enumerated() {
            pose[index] = (axis.lower + axis.upper) / 2
        }
        let outcome = try outcome(of: next())
        guard case .ignored(let sample) = outcome, sample.stop == .requested else {
            throw DutyTrial.Broken(
                came: "a command to a stopped robot was answered with \(outcome)")
        }
        let answer = try start(session, epoch: epoch + 1)
        guard case .started = answer else {
            throw DutyTrial.Broken(
                came: "a start in epoch \(epoch + 1) was answered with "
                    + BridgeMessage.text(answer))
        }
        pose = sample.position
    }

    // MARK: Hot path

    /// The next sample that is as wanted, oldest first; nil when none came in time.
    func sample(
        within limit: Duration? = nil, where isWanted: (SensorSample) -> Bool = { _ in true }
    ) throws -> SensorSample? {
        let deadline = clock.now + (limit ?? patience)
        while let arrival = try probe.next(within: max(.zero, deadline - clock.now)) {
            switch arrival.event {
            case .sample(let sample):
                last = sample
                if isWanted(sample) { return sample }
            case .unreadable(let reason): unread.note(reason)
            case .message, .empty: break
            }
            if clock.now >= deadline { return nil }
        }
        return nil
    }

    /// All samples of a span of time, in order.
    func samples(for span: Duration) throws -> [SensorSample] { try watch(for: span).samples }

    /// All samples and all errors of a span of time.
    func watch(for span: Duration) throws -> (samples: [SensorSample], refusals: [BridgeMessage]) {
        var (samples, refusals): ([SensorSample], [BridgeMessage]) = ([], [])
        let deadline = clock.now + span
        while let arrival = try probe.next(within: max(.zero, deadline - clock.now)) {
            switch arrival.event {
            case .sample(let sample):
                last = sample
                samples.append(sample)
            case .message(let message, _): if message.refusal != nil { refusals.append(message) }
            case .unreadable(let reason): unread.note(reason)
            case .empty: break
            }
            if clock.now >= deadline { break }
        }
        return (samples, refusals)
    }

    /// The next command of the session, holding the pose; `change` may spoil it.
    func next(_ change: (inout Command) -> Void = { _ in }) -> Command {
        sequence += 1
        var command = Command(axes: description.axes.count)
        command.session = session
        command.epoch = epoch
        command.sequence = sequence
        command.validityMicroseconds = validityMicroseconds
        command.basedOnSample = last?.sequence ?? 0
        command.sendNanoseconds = clock.now.nanoseconds
        command.position = pose
        change(&command)
        return command
    }

    /// The bridge's own watchdog: the longest that it takes.
    var validityMicroseconds: UInt32 {
        UInt32(max(1, min(1e6, description.watchdogMilliseconds * 1000)))
    }

    /// Sends a command and waits for what becomes of it.
    func outcome(of command: Command) throws -> Outcome {
        try probe.send(command)
        let deadline = clock.now + patience
        var seen: SensorSample?
        while let arrival = try probe.next(within: max(.zero, deadline - clock.now)) {
            switch arrival.event {
            case .message(.error(let code, let text), _): return .refused(code, text)
            case .sample(let sample):
                last = sample
                seen = sample
                let isOurs = sample.session == command.session && sample.epoch == command.epoch
                if isOurs, sample.acknowledgedCommand == command.sequence {
                    return .applied(sample)
                }
                if description.isLockstep { return .ignored(sample) }
            case .unreadable(let reason): unread.note(reason)
            case .message, .empty: break
            }
            if clock.now >= deadline { break }
        }
        return seen.map { .ignored($0) } ?? .silence
    }
}

extension ExaminerPeer.Outcome: CustomStringConvertible {
    /// What came, in words.
    var description: String {
        switch self {
        case .refused(let code, let text): "error \(code.rawValue) (\(text))"
        case .applied(let sample):
            "a sample that acknowledges it (stop \(sample.stop.rawValue) \(sample.stop))"
        case .ignored(let sample):
            "no refusal; the last sample acknowledges \(sample.acknowledgedCommand), stop "
                + "\(sample.stop.rawValue) (\(sample.stop))"
        case .silence: "neither refusal nor sample"
        }
    }

    /// Whether it was refused with this code.
    func isRefused(_ refusal: Refusal) -> Bool {
        if case .refused(refusal, _) = self { return true }
        return false
    }

    /// Whether it was obeyed.
    var isApplied: Bool {
        if case .applied(let sample) = self { return sample.stop == .none }
        return false
    }
}

extension BridgeMessage {
    /// The code of an `error`; nil for every other message.
    var refusal: Refusal? {
        if case .error(let code, _) = self { return code }
        return nil
    }

    /// Whether it says that a session commands, in this epoch.
    func isStarted(in epoch: UInt32) -> Bool {
        if case .started(epoch, _) = self { return true }
        return false
    }

    /// An answer in words.
    static func text(_ message: BridgeMessage?) -> String {
        switch message {
        case nil: "nothing"
        case .describe: "a description"
        case .started(let epoch, _): "started, epoch \(epoch)"
        case .ready(let episode, _): "ready, episode \(episode)"
        case .stopped: "stopped"
        case .released: "released"
        case .error(let code, let text): "error \(code.rawValue) (\(text))"
        }
    }
}
