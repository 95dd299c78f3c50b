import Experience
import Foundation
import Platform

/// The disk under a session: whether there is room, and a log that failed is written again as soon as there is.
///
/// Used from the thread that runs episodes.
final class DiskWatch {
    /// How often a log that failed is tried again while the robot waits for a person, s.
    private static let retrySeconds = 2.0
    /// Room without which that is not even tried: of what does not fit a piece would stay behind.
    private static let retryBytes: UInt64 = 16 << 20

    private let directory: SessionDirectory
    private let recorder: Recorder
    private let narrator: Narrator
    private let clock = SystemClock()
    private var tried: MonotonicTime

    init(_ directory: SessionDirectory, recorder: Recorder, narrator: Narrator) {
        self.directory = directory
        self.recorder = recorder
        self.narrator = narrator
        tried = SystemClock().now
    }

    /// Whether an error is the disk's: what a person may mend.
    static func isOfDisk(_ error: any Error) -> Bool {
        switch error {
        case is LogError, SessionDirectoryError.diskLow, SessionDirectoryError.unwritable: true
        default: false
        }
    }

    /// - Throws: where there is too little room to go on.
    func checkRoom() throws { try SessionDirectory.checkRoom(at: directory.url.path) }

    /// The robot begins to wait: a log that has failed is not tried at once.
    func beginWait() { tried = clock.now }

    /// While it waits: writes a log that failed again, if the time has come and there is room.
    ///
    /// The ticks of a robot that stands still are kept for the log, too: once they have no room left, the
    /// guardian finds that in every tick, and no start counts.
    func retryIfDue() {
        guard recorder.failure != nil, clock.now.seconds(since: tried) >= Self.retrySeconds else {
            return
        }
        retry()
        // Counted from its end: a disk that takes its time is not asked without a pause.
        tried = clock.now
    }

    private func retry() {
        let free = (try? Files.freeBytes(near: directory.log.path)) ?? 0
        guard free >= Self.retryBytes, (try? recorder.retry()) != nil else { return }
        narrator.say("the log can be written again")
    }

    /// Whoever started the robot has looked after the disk: a log that failed is tried once more.
    func retryNow() {
        if recorder.failure != nil { try? recorder.retry() }
    }
}
