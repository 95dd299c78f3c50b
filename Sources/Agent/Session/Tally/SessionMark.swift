import Configuration
import Experience

/// What a session says of itself in its log, so that everything it counts can be read back from there.
///
/// Each is an event with a name of its own and a line for whoever looks at the log; marks go through the episodes'
/// lane, so that they stand among the episodes in the order of what happened. Logs of before marks were written lack them
/// and are read all the same. A plain value.
enum SessionMark: Sendable, Equatable {
    /// A stage of this name begins, in the process that comes to it first.
    case stage(String)
    /// Outside an episode the robot begins to move, with this purpose.
    case motionBegan(String)
    /// That motion has ended: the time since it began is robot time.
    case motionEnded(String)
    /// The evaluation on the way of this number begins: until it ends nothing is robot time, or learned from.
    case pointBegan(Int)
    /// That evaluation is complete.
    case pointEnded(Int)
    /// The session outlived the stop of an evaluation episode: that was a try of its start state.
    case stoppedTry
    /// Holds and stops of a robot that is released which none of its ticks shows.
    case unseen(holds: Int, stops: Int)
    /// Page faults of the tick thread since the last of these marks, without disk access and with it.
    case pageFaults(minor: UInt64, major: UInt64)
    /// Another process goes on with the session, as this line says.
    case resumed(String)
}

extension SessionMark {
    private static let tryLine = "the robot went on after a stop: a try of the start state"
    private static let (began, ended) = (" begins", " ended")
    /// More is counted by no session.
    private static let most = 1 << 40

    /// The mark as the log has it.
    var event: LogEvent {
        let (name, message) =
            switch self {
            case .stage(let name): ("stage", name)
            case .motionBegan(let what): ("motion", what + Self.began)
            case .motionEnded(let what): ("motion", what + Self.ended)
            case .pointBegan(let number): ("point", "\(number)" + Self.began)
            case .pointEnded(let number): ("point", "\(number)" + Self.ended)
            case .stoppedTry: ("try", Self.tryLine)
            case .unseen(let holds, let stops):
                ("unseen", "\(holds) holds and \(stops) stops that no tick shows")
            case .pageFaults(let minor, let major):
                (
                    "page_faults",
                    "\(minor) without disk access and \(major) with it, of the tick thread"
                )
            case .resumed(let line): ("session", line)
            }
        return LogEvent(level: .info, name: name, message: message)
    }

    /// Reads a mark back; nil for an event that is none.
    init?(_ event: LogEvent) {
        switch event.name {
        case "stage": self = .stage(event.message)
        case "motion" where event.message.hasSuffix(Self.began):
            self = .motionBegan(String(event.message.dropLast(Self.began.count)))
        case "motion" where event.message.hasSuffix(Self.ended):
            self = .motionEnded(String(event.message.dropLast(Self.ended.count)))
        case "point":
            let words = event.message.split(separator: " ", maxSplits: 1)
            guard words.count == 2, let number = Int(words[0]),
                (1...EvaluationPointSettings.most).contains(number)
            else { return nil }
            switch " " + words[1] {
            case Self.began: self = .pointBegan(number)
            case Self.ended: self = .pointEnded(number)
            default: return nil
            }
        case "try": self = .stoppedTry
        case "unseen":
            let numbers = event.message.split(separator: " ").compactMap { Int($0) }
            guard numbers.count == 2, numbers.allSatisfy((0...Self.most).contains) else {
                return nil
            }
            self = .unseen(holds: numbers[0], stops: numbers[1])
        case "page_faults":
            let numbers = event.message.split(separator: " ").compactMap { UInt64($0) }
            guard numbers.count == 2, numbers.allSatisfy({ $0 <= Self.most }) else { return nil }
            self = .pageFaults(minor: numbers[0], major: numbers[1])
        case "session": self = .resumed(event.message)
        default: return nil
        }
    }
}
