import Configuration
import Control
import Embodiment
import Experience
import Foundation
import Platform

extension Session {
    /// Returns once everything recorded is on the disk: what has been reported is never lost.
    func makeDurable() throws { try outlastDisk { try recorder.flush() } }

    /// Does something that needs the disk; where that fails, the robot waits until a person has mended it and says start.
    ///
    /// In real time only: where time stands still nobody waits, and the session ends in order.
    /// - Throws: what the disk said, when nobody comes.
    func outlastDisk(_ body: () throws -> Void) throws {
        while true {
            do { return try body() } catch {
                guard let robot, isOfDisk(error), launch.schedule == .realtime,
                    !interrupt.isRequested
                else { throw error }
                progress.ask("\(error)")
                robot.hold(because: .logBlocked)
                do { try standBy(.held(.logBlocked), robot) } catch _ { throw error }
            }
        }
    }

    private func isOfDisk(_ error: any Error) -> Bool {
        switch error {
        case is LogError, SessionError.diskLow, SessionError.unwritable: true
        default: false
        }
    }

    /// Tells what the recorder has to say: the log went on in another part, or the disk is slow.
    func tellNotices() {
        for notice in recorder.takeNotices() {
            progress.note(notice.message)
            journal.record(
                EventRecord(
                    kind: .note, robotSeconds: position.robotSeconds, cause: notice.message))
        }
    }
}
