import Control
import Driving
import Embodiment
import Platform
import Report

/// The person who may be at the robot: waits for one where it was stopped, held or not started yet.
///
/// Used from the thread that runs episodes.
final class Attendance {
    /// Longest time that a robot waits for a person, s.
    static let patience = 900.0

    /// A person is there to acknowledge a stop.
    private let isAttended: Bool
    private let pace: any Pace
    private let interrupt: Interrupt
    private let narrator: Narrator
    private let disk: DiskWatch
    /// The session directory's: what a person names it by.
    private let path: String

    init(
        isAttended: Bool, at path: String, pace: any Pace, interrupt: Interrupt,
        narrator: Narrator, disk: DiskWatch
    ) {
        self.isAttended = isAttended
        self.pace = pace
        self.interrupt = interrupt
        self.narrator = narrator
        self.disk = disk
        self.path = path
    }

    /// A robot was stopped or held: where a person is there, waits until the robot may go on.
    ///
    /// A hold is a person's wish, or for a disk that a person is to look after: there is one to wait for.
    /// - Throws: the error itself when nobody is there, nobody comes, or it is no stop at all.
    func standBy(_ error: RobotError, _ robot: any Robot, episode: Int? = nil) throws {
        narrator.tellComplaint(of: robot)
        var isHold = false
        if case .held = error { isHold = true }
        narrator.record(
            isHold ? .hold : .stop, "\(error)", episode: episode, causeCode: error.causeCode)
        switch error {
        case .held: break
        case .stopped(let verdict, _) where isAttended && verdict.cause.clearing != .never: break
        default: throw error
        }
        guard pace.canWait, !interrupt.isRequested else { throw error }
        narrator.ask(
            isHold
                ? "\(error). To continue: hone start \(path)"
                : "\(error)\nTo continue: hone status \(path), hone ack \(path) CAUSE, "
                    + "hone start \(path). To end: Ctrl-C.")
        try awaitPerson(at: robot)
        narrator.record(.note, "a person started the robot again", episode: episode)
        narrator.say("started again")
        disk.retryNow()
    }

    /// The robot is connected and was not started: waits for a person to do that.
    ///
    /// - Parameter reason: why it was not.
    func awaitStart(of robot: any Robot, because reason: String) throws {
        let line = "\(reason): the robot stands still until a person starts it"
        narrator.record(.hold, line)
        narrator.ask("\(line). To start it: hone start \(path). To end the session: Ctrl-C.")
        do throws(RobotError) {
            try awaitPerson(at: robot)
        } catch {
            if case .stopped(let verdict, _) = error, verdict.cause == .none {
                if interrupt.isRequested { throw RobotError.interrupted }
                throw RobotError.silent(
                    waitedFor: "a person to start the robot", seconds: Self.patience)
            }
            throw error
        }
        narrator.say("started")
    }

    /// Does something that a person's hold may interrupt, and goes on with it after each start until it is done.
    func outlastHolds(
        of robot: any Robot, _ body: () throws(RobotError) -> Void
    ) throws {
        while true {
            do throws(RobotError) { return try body() } catch {
                guard case .held = error else { throw error }
                try standBy(error, robot)
            }
        }
    }

    /// Does something that needs the disk; where that fails, the robot waits until a person has mended it and says start.
    ///
    /// Where time stands still nobody waits, and the session ends in order.
    /// - Throws: what the disk said, when nobody comes.
    func outlastDisk(of robot: (any Robot)?, _ body: () throws -> Void) throws {
        while true {
            do { return try body() } catch {
                guard let robot, DiskWatch.isOfDisk(error), pace.canWait, !interrupt.isRequested
                else { throw error }
                narrator.ask("\(error)")
                robot.hold(because: .logBlocked)
                do { try standBy(.held(.logBlocked), robot) } catch _ { throw error }
            }
        }
    }

    /// Waits until a person has the robot go on.
    private func awaitPerson(at robot: any Robot) throws(RobotError) {
        disk.beginWait()
        try robot.awaitOperator(seconds: Self.patience) {
            narrator.say($0)
        } meanwhile: {
            disk.retryIfDue()
        }
    }
}
