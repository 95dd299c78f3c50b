import Platform
internal import Synchronization

/// One producing thread's way into the recorder.
///
/// Never waits and makes no system call: it fills a ring that the recorder empties. Without a recorder thread (lockstep) it
/// appends in place. One thread at a time; all marks and transitions of an episode go through the same lane.
public final class RecorderLane: Sendable {
    struct Entry: Sendable {
        var time: MonotonicTime
        var record: LogRecord
    }

    let ring: SPSCRing<Entry>
    let index: Int
    private let dropped = Atomic<UInt64>(0)
    // Safe: a lane is used while its recorder is; the recorder owns the lanes.
    private unowned let recorder: Recorder

    init(index: Int, capacity: Int, recorder: Recorder) {
        self.index = index
        self.recorder = recorder
        ring = SPSCRing(capacity: capacity)
    }

    /// Records something that happened at `time`.
    ///
    /// - Returns: false when it was not taken, because the ring is full or the log failed (`Recorder.failure`). A tick
    ///   is then counted as dropped and gone; anything else is the caller's to hold and offer again, or the episode is
    ///   incomplete and will not be trained on.
    @discardableResult
    public func record(_ record: LogRecord, at time: MonotonicTime) -> Bool {
        let entry = Entry(time: time, record: record)
        if recorder.isTaking(entry, from: self) { return true }
        if case .tick = record { dropped.add(1, ordering: .relaxed) }
        return false
    }

    /// Ticks that were not taken; any thread.
    public var droppedTicks: UInt64 { dropped.load(ordering: .relaxed) }
}
