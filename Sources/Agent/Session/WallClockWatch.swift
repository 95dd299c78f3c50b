import Experience
import Platform

/// The time of day beside the clock that everything goes by: the log gets the one in terms of the other, and anew
/// whenever somebody sets it.
///
/// By the wall clock only. Used from the thread that runs episodes.
final class WallClockWatch {
    /// Two readings that are farther apart say nothing, s.
    private static let longestReading = 0.1

    private let logbook: Logbook
    private let narrator: Narrator
    private let clock = SystemClock()
    private var offset = WallClockOffset()

    init(_ logbook: Logbook, _ narrator: Narrator) {
        self.logbook = logbook
        self.narrator = narrator
    }

    /// Looks; the first time, and after each step, the log gets the offset.
    func check() {
        let before = clock.now
        let day = WallClock.nanoseconds
        // Whoever was away in between has read two clocks at two times.
        guard clock.now.seconds(since: before) < Self.longestReading else { return }
        // A machine that was suspended has not been set: its monotonic clock alone has stood still.
        let passed = (before + clock.suspended).nanoseconds
        let found = Int64(bitPattern: day &- passed)
        switch offset.take(found) {
        case .nothing: break
        case .first:
            logbook.record(
                LogEvent(level: .info, name: "WALLCLOCK", message: "offset \(found) ns"))
        case .step(let step):
            logbook.record(
                LogEvent(
                    level: .warning, name: "WALLCLOCK_STEP",
                    message: "offset \(found) ns, step \(step) ns"))
            narrator.tellWallClockStep(Double(step) * 1e-9)
        }
    }
}
