import Bridge
import Control
import Embodiment
import Platform

/// Why a robot cannot go on.
public enum RobotError: Error, CustomStringConvertible, Sendable {
    /// The guardian latched a stop.
    case stopped(SafetyVerdict, robot: RobotDescription)
    /// The robot waits for a person: one asked for it, or the disk fails.
    case held(StopCause)
    /// The bridge did not do its part.
    case bridge(BridgeError)
    /// The bridge's program has ended.
    case bridgeEnded
    /// The bridge is not the robot the YAML describes.
    case mismatch(endpoint: String, differences: [String])
    /// What the bridge sends cannot be of the robot that it describes: it does not stay where it is
    /// commanded to, or its clock is none.
    case misdescribed(String)
    /// What the robot was asked to do did not happen in time; which frames were refused meanwhile, if any.
    case silent(waitedFor: String, seconds: Double, refused: String? = nil)
    /// Whoever decides does not, and will not.
    case undecided(String)
    /// The machine refused a thread, a file or memory.
    case platform(PlatformError)
    /// The tick's own thread did not get what it needs, and the robot's file does not allow it to be slow instead.
    case notOnTime(ThreadGrant)
    /// The robot did not get home in time.
    case homing(seconds: Double)
    /// The log could not take what happened: nothing more may happen.
    case recording(String)
    /// A second Ctrl-C, or the first while a bridge is waited for: everything stops now.
    case interrupted

    /// What an error of the bridge's client is; a request that was given up was given up by a person.
    public init(_ error: BridgeError) {
        if case .cancelled = error { self = .interrupted } else { self = .bridge(error) }
    }

    /// The guardian's cause, its code in the ticks of the log; nil where it was not the guardian.
    public var causeCode: Int? {
        switch self {
        case .stopped(let verdict, _): Int(verdict.cause.rawValue)
        case .held(let cause): Int(cause.rawValue)
        default: nil
        }
    }

    /// One sentence: what was tried, what was found, what to do.
    public var description: String {
        switch self {
        case .stopped(let verdict, let robot):
            let what = verdict.cause.severity == .fault ? "fault" : "protective stop"
            return "\(what), \(verdict.line(for: robot)). "
                + "Look at the robot, remove the cause, then start again."
        case .held(let cause): return "held: \(cause.explanation)"
        case .bridge(let error): return "\(error)"
        case .bridgeEnded: return "the bridge program has ended"
        case .mismatch(let endpoint, let differences):
            return "the bridge at \(endpoint) is not the robot that the YAML describes:\n"
                + differences.map { "  - \($0)" }.joined(separator: "\n")
                + "\nCorrect the YAML or start the right bridge."
        case .misdescribed(let what):
            return "the bridge's samples are not those of the robot it describes: \(what)"
        case .silent(let what, let seconds, let refused):
            let waited = "waited \(seconds) s for \(what), and it did not come"
            return refused.map { "\(waited): \($0)" } ?? "\(waited). Is the bridge alive?"
        case .undecided(let why): return "waited for a decision, but \(why)"
        case .platform(let error): return "\(error)"
        case .notOnTime(let grant):
            return
                "the thread that is to move the robot got \(grant.text), less than was measured before it; "
                + "`hone doctor` says how to get more"
        case .homing(let seconds):
            return "driving home took more than \(seconds) s. Is something in the robot's way?"
        case .recording(let why): return "could not record the episode: \(why)"
        case .interrupted: return "stopped by the operator"
        }
    }
}

extension RobotError: HasExitCode {
    /// The sysexits code.
    public var exitCode: Int32 {
        switch self {
        case .bridge(let error): error.exitCode
        case .silent, .undecided, .mismatch, .misdescribed, .bridgeEnded, .notOnTime: 69
        // In real time the guardian is the first to see that no samples come any more.
        case .stopped(let verdict, _) where verdict.cause == .observationStale: 69
        case .stopped, .held, .homing, .platform: 70
        case .recording: 74
        case .interrupted: 130
        }
    }
}
