import Control
import Embodiment
import Foundation
import Platform
import Synchronization

/// Takes a person's requests at the session directory's socket while a session runs.
///
/// A thread of its own, at ordinary priority; whoever may open the socket is the user who started
/// the session, and so the operator. Nobody is waited for: all are heard in turn, a stop first, and who asks something of
/// the robot is answered when its thread has spoken. Ends with `finish`.
public final class OperatorServer: @unchecked Sendable {
    // @unchecked Sendable: after init only its own thread touches what changes; `finish` joins it.

    /// The socket's name in a session directory.
    public static let name = "control"
    /// How long the ticking thread may take to answer.
    private static let patience = Duration.seconds(1)

    /// Who has connected; nil where nobody can.
    private var peers: LocalPeers?
    private let directory: String
    /// What a person should know: the socket is not where it usually is, or there is none; nil otherwise.
    public let note: String?
    private let desk: OperatorDesk
    private let robot: RobotDescription
    private let clock = SystemClock()
    private let isFinished = Atomic<Bool>(false)
    private var thread: HoneThread?
    private var nonces = OperatorNonces()
    private var state = OperatorDesk.State()
    private var asked: UInt64 = 0
    /// The number of the last stop.
    private var lastStop: UInt64 = 0
    private var waiting: [Waiting] = []

    /// Listens for a session; where no socket can be made it goes on without.
    ///
    /// - Parameter directory: the session's; the socket is its `control`, or where `ControlPlace` finds room for it.
    public init(
        in directory: String, desk: OperatorDesk, robot: RobotDescription
    ) throws(PlatformError) {
        self.directory = directory
        self.desk = desk
        self.robot = robot
        do throws(PlatformError) {
            let found = try ControlPlace.listen(in: directory)
            (peers, note) = (LocalPeers(found.listener), found.note)
        } catch {
            note =
                "this session has no control socket, so hone status, stop, hold and start cannot reach it: "
                + "\(error). Ctrl-C ends it"
            return
        }
        thread = try HoneThread.start(name: "operator") { self.run() }
    }

    /// Ends the thread and takes the socket away; nobody can ask any more.
    public func finish() {
        isFinished.store(true, ordering: .sequentiallyConsistent)
        thread?.join()
        thread = nil
        if peers != nil { ControlPlace.leave(directory) }
        peers = nil
    }

    private func run() {
        while !isFinished.load(ordering: .relaxed) {
            do {
                // Who waits for the robot's thread is answered as soon as that has spoken.
                let messages = try peers?.receive(
                    timeout: waiting.isEmpty ? .milliseconds(100) : .milliseconds(2),
                    passingOver: tooBusy)
                serve(messages ?? [])
            } catch {
                // Out of descriptors, perhaps: later there may be one.
                clock.sleep(for: .milliseconds(100))
            }
            tellAnswered()
        }
        // The session ends: whoever wanted it to stop has what they wanted.
        for waiter in waiting where waiter.isStop {
            tell(waiter.message, true, "the session ends; nothing moves now")
        }
    }

    /// One turn: stops before everything else.
    private func serve(_ messages: [LocalPeers.Message]) {
        let requests = messages.map {
            ($0, try? JSONDecoder().decode(OperatorMessage.self, from: Data($0.bytes)))
        }
        for (message, request) in requests where request?.act == .stop { ask(.stop, message) }
        for (message, request) in requests where request?.act != .stop {
            guard let request else {
                tell(message, false, "this is not a request that this version of hone knows")
                continue
            }
            refresh()
            answer(request, message)
        }
    }

    private func answer(_ request: OperatorMessage, _ message: LocalPeers.Message) {
        switch request.act {
        case .status: tell(message, true, status)
        case .stop: ask(.stop, message)
        case .hold: ask(.hold, message)
        case .acknowledge, .start, .recover: allowMotion(request, message)
        }
    }

    /// What makes the robot less careful counts once, and only from who has just read the state.
    private func allowMotion(_ request: OperatorMessage, _ message: LocalPeers.Message) {
        guard let challenge = nonces.redeem(request.nonce, at: clock.now) else {
            return tell(
                message, false,
                "the request quotes no state that was read in the last 30 s, or one that was used "
                    + "already; nothing was done, read the status again")
        }
        switch request.act {
        case .start: ask(.start(challenge: challenge), message)
        case .recover: ask(.recover(challenge: challenge), message)
        default:
            guard let cause = request.cause.flatMap(StopCause.init(rawValue:)) else {
                return tell(message, false, "there is no cause with this number")
            }
            ask(.acknowledge(cause, challenge: challenge), message)
        }
    }

    // MARK: The robot's thread

    /// Somebody who is answered when the robot's thread has spoken, or will not.
    private struct Waiting {
        var message: LocalPeers.Message
        var number: UInt64
        var isStop: Bool
        var deadline: MonotonicTime
    }

    /// Puts a request on the desk, without waiting for what becomes of it.
    private func ask(_ act: SafetyRequest, _ message: LocalPeers.Message) {
        tellAnswered()
        let isStop = act == .stop
        guard desk.isConnected || isStop else { return tell(message, false, status) }
        let deadline = clock.now + Self.patience
        // A stop that lies on the desk is everybody's: it always has room.
        if !isStop || state.handled >= lastStop {
            asked += 1
            guard desk.ask(.init(number: asked, act: act, deadline: deadline)) else {
                return tell(message, false, "too many requests at once")
            }
            if isStop { lastStop = asked }
        }
        waiting.append(
            Waiting(
                message: message, number: isStop ? lastStop : asked, isStop: isStop,
                deadline: deadline))
    }

    /// Tells what has become of requests.
    private func tellAnswered() {
        refresh()
        let now = clock.now
        waiting.removeAll { waiter in
            if let answer = state.answer(to: waiter.number) {
                let isDone = answer == .accepted
                tell(waiter.message, isDone, isDone ? status : refusal(answer))
                return true
            }
            guard now >= waiter.deadline else { return false }
            tell(
                waiter.message, waiter.isStop,
                waiter.isStop
                    ? "nothing moves now; the stop takes effect before anything does"
                    : late ?? "the robot's thread did not answer within a second")
            return true
        }
    }

    /// Who has so much to be answered that nothing more is heard of it meanwhile.
    private var tooBusy: Set<UInt64> {
        guard waiting.count >= LocalPeers.messagesATurn else { return [] }
        var counts: [UInt64: Int] = [:]
        for waiter in waiting { counts[waiter.message.peer, default: 0] += 1 }
        return Set(counts.filter { $0.value >= LocalPeers.messagesATurn }.keys)
    }

    /// What keeps the robot's thread from answering, where that is known.
    private var late: String? {
        let due = desk.updatesDue
        guard due > 0 else { return nil }
        return
            "the robot stands still while its session makes \(due) updates; ask again after those"
    }

    /// Why something was not done, with what can be.
    private func refusal(_ answer: SafetyAnswer) -> String {
        switch answer {
        case .wrongState: "\(answer.explanation): the robot is \(status)"
        case .notReady: "\(answer.explanation); wait a second and say it again"
        default: answer.explanation
        }
    }

    private func refresh() { while let newer = desk.newest() { state = newer } }

    private var status: String {
        guard desk.isConnected else { return "no robot is connected now" }
        let machine = state.machine
        var words = machine.state.name
        if machine.severity > .none { words += ", " + state.verdict.line(for: robot) }
        switch machine.state {
        case .protectiveStop:
            words +=
                "; once it is removed: hone ack \(place) \(machine.cause.rawValue), then hone start \(place)"
        case .hold where machine.cause.clearing == .start:
            words += "; continue with hone start \(place)"
        case .standby where machine.needsOperator:
            words += machine.awaitsStart ? ", held" : ", acknowledged"
            words +=
                "; it is ready in about a second, for hone start \(place), or needs hone recover \(place)"
        case .ready: words += "; continue with hone start \(place)"
        default: break
        }
        if let late { words += "; \(late)" }
        return words
    }

    private var place: String { directory.printable }

    private func tell(_ message: LocalPeers.Message, _ isDone: Bool, _ text: String) {
        let answer = OperatorAnswer(
            isDone: isDone, text: text, state: state.machine.state.name,
            cause: state.machine.cause.rawValue,
            nonce: nonces.issue(
                for: state.machine.challenge, at: clock.now, to: message.process))
        guard let reply = try? JSONEncoder().encode(answer) else { return }
        peers?.send(Array(reply.prefix(LocalSocket.longestMessage)), to: message.peer)
    }
}
