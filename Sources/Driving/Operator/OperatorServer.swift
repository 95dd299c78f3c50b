import Control
import Embodiment
import Foundation
import Platform
import Synchronization

/// Takes a person's requests at the session directory's socket while a session runs.
///
/// A thread of its own, at ordinary priority; whoever may open the socket is the user who started
/// the session, and so the operator. Ends with `finish`.
public final class OperatorServer: @unchecked Sendable {
    // @unchecked Sendable: after init only its own thread touches what changes; `finish` joins it.

    /// The socket's name in a session directory.
    public static let name = "control"
    /// How long the ticking thread may take to answer.
    private static let patience = Duration.seconds(1)

    private var listener: LocalListener?
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
            (listener, note) = (found.listener, found.note)
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
        if listener != nil { ControlPlace.leave(directory) }
        listener = nil
    }

    private func run() {
        while !isFinished.load(ordering: .relaxed) {
            do {
                if let found = try listener?.accept(timeout: .milliseconds(100)) { serve(found) }
            } catch {
                // Out of descriptors, perhaps: later there may be one.
                clock.sleep(for: .milliseconds(100))
            }
        }
    }

    /// One person's questions and acts, one after the other.
    private func serve(_ socket: LocalSocket) {
        while let bytes = try? socket.receive(timeout: .milliseconds(500)) {
            let answer: OperatorAnswer
            if let message = try? JSONDecoder().decode(OperatorMessage.self, from: Data(bytes)) {
                answer = self.answer(message)
            } else {
                answer = told(false, "this is not a request that this version of hone knows")
            }
            guard let reply = try? JSONEncoder().encode(answer) else { return }
            try? socket.send(Array(reply.prefix(LocalSocket.longestMessage)))
        }
    }

    private func answer(_ message: OperatorMessage) -> OperatorAnswer {
        refresh()
        switch message.act {
        case .status: return told(true, status)
        case .stop: return ask(.stop)
        case .hold: return ask(.hold)
        case .acknowledge, .start, .recover: return allowMotion(message)
        }
    }

    /// What makes the robot less careful counts once, and only from who has just read the state.
    private func allowMotion(_ message: OperatorMessage) -> OperatorAnswer {
        guard let challenge = nonces.redeem(message.nonce, at: clock.now) else {
            return told(
                false,
                "the request quotes no state that was read in the last 30 s, or one that was used "
                    + "already; nothing was done, read the status again")
        }
        switch message.act {
        case .start: return ask(.start(challenge: challenge))
        case .recover: return ask(.recover(challenge: challenge))
        default:
            guard let cause = message.cause.flatMap(StopCause.init(rawValue:)) else {
                return told(false, "there is no cause with this number")
            }
            return ask(.acknowledge(cause, challenge: challenge))
        }
    }

    private func ask(_ act: SafetyRequest) -> OperatorAnswer {
        asked += 1
        let now = clock.now
        let request = OperatorDesk.Request(
            number: asked, act: act, deadline: now + Self.patience)
        guard desk.isConnected || act == .stop else { return told(false, status) }
        guard desk.ask(request) else { return told(false, "too many requests at once") }
        while clock.now < request.deadline {
            refresh()
            if state.handled >= request.number {
                let isDone = state.answer == .accepted
                return told(isDone, isDone ? status : refusal(state.answer))
            }
            clock.sleep(for: .milliseconds(2))
        }
        return act == .stop
            ? told(true, "nothing moves now; the stop takes effect before anything does")
            : told(false, waiting ?? "the robot's thread did not answer within a second")
    }

    /// What keeps the robot's thread from answering, where that is known.
    private var waiting: String? {
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
        if let waiting { words += "; \(waiting)" }
        return words
    }

    private var place: String { directory.printable }

    private func told(_ isDone: Bool, _ text: String) -> OperatorAnswer {
        OperatorAnswer(
            isDone: isDone, text: text, state: state.machine.state.name,
            cause: state.machine.cause.rawValue,
            nonce: nonces.issue(for: state.machine.challenge, at: clock.now))
    }
}
