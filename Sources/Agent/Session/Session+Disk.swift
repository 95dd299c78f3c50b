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
        case is LogError, SessionDirectoryError.diskLow, SessionDirectoryError.unwritable:
            true
        default: false
        }
    }

    /// How often a log that failed is tried again while the robot waits for a person, s.
    private static let retrySeconds = 2.0
    /// Room without which that is not even tried: of what does not fit a piece would stay behind.
    private static let retryBytes: UInt64 = 16 << 20

    /// Waits until a person has the robot go on; meanwhile a log that failed is written again as soon as
    /// its disk takes it.
    ///
    /// The ticks of a robot that stands still are kept for the log, too: once they have no room left, the
    /// guardian finds that in every tick, and no start counts.
    func awaitPerson(at robot: any Robot) throws(RobotError) {
        var tried = clock.now
        try robot.awaitOperator(seconds: Self.standBySeconds) {
            progress.note($0)
        } meanwhile: {
            guard recorder.failure != nil, clock.now.seconds(since: tried) >= Self.retrySeconds
            else { return }
            retryLog()
            // Counted from its end: a disk that takes its time is not asked without a pause.
            tried = clock.now
        }
    }

    private func retryLog() {
        let free = (try? Files.freeBytes(near: directory.log.path)) ?? 0
        guard free >= Self.retryBytes, (try? recorder.retry()) != nil else { return }
        progress.note("the log is written again")
    }

    /// Tells what the recorder has to say: the log went on in another part, or the disk is slow; and what the
    /// disk did not take of the learner, and the learner's store of the robot.
    func tellNotices() {
        for notice in recorder.takeNotices() {
            progress.note(notice.message)
            journal.record(
                EventRecord(
                    kind: .note, robotSeconds: position.robotSeconds, cause: notice.message))
        }
        tellUnwritten()
        tellLeftOut()
        tellLostLines()
    }

    /// Tells of lines that `metrics.jsonl` did not take since this was asked last; on the screen only, for the
    /// file would not take this one either.
    private func tellLostLines() {
        let lost = journal.lost
        guard lost.count > linesTold else { return }
        progress.note(
            "lines that \(directory.metrics.path) did not take: \(lost.count - linesTold) (\(lost.reason)); "
                + "the log has them")
        linesTold = lost.count
    }

    /// Tells of weights that the disk did not take since this was asked last.
    private func tellUnwritten() {
        tellMore(than: &unwrittenTold, trainer.counters.unwritten ?? 0) { more in
            "sets of weights that could not be written to \(directory.weights.path): \(more); none of them "
                + "acts, and the robot goes on with those before"
        }
    }

    /// Tells of training episodes that nothing is learned from since this was asked last.
    private func tellLeftOut() {
        tellMore(than: &leftOutTold, trainer.counters.leftOut ?? 0) { more in
            "training episodes that nothing is learned from: \(more); the learner takes those of 1 to "
                + "\(Episode.mostSteps) steps in which every number is finite"
        }
    }
}
