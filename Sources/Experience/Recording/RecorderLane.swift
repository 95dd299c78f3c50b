import Embodiment
import Platform
internal import Synchronization

/// One producing thread's way into the recorder.
///
/// Never waits and makes no system call: it fills a ring that the recorder empties. What it has taken survives the process,
/// killed at any moment, and neither locks nor, for a tick, allocates. Without a recorder thread (lockstep) it appends in
/// place. One thread at a time; all marks and transitions of an episode go through the same lane.
public final class RecorderLane: @unchecked Sendable {
    // @unchecked Sendable: `ring` is set before the recorder says that it has a thread, and never again; `scratch` is
    // touched by the producing thread only.

    let index: Int
    /// Bytes that the ring's records have room in.
    let byteCount: Int
    private(set) var ring: ByteRing?
    private let scratch: UnsafeMutableRawBufferPointer
    private let dropped = Atomic<UInt64>(0)
    // Safe: a lane is used while its recorder is; the recorder owns the lanes.
    private unowned let recorder: Recorder

    /// Share of its room at which a person is told that the disk does not keep up (`Control/Faults.md` row 52).
    static let warningFill = 0.5
    /// Share at which the robot is to wait, before anything is lost.
    private static let nearlyFull = 0.9

    /// Ticks of fewer axes find as much room: a lane is not for ticks alone.
    private static let usualAxes = 16
    /// A ring has room for an event with a long text, and a robot with many features.
    private static let leastByteCount = 1 << 16

    init(index: Int, capacity: Int, axes: Int, recorder: Recorder) {
        self.index = index
        self.recorder = recorder
        // Eight bytes frame a record, at most seven fill it up.
        let tick = RingRecord.tickByteCount(axes: max(axes, Self.usualAxes)) + 15
        byteCount = max(Self.leastByteCount, capacity * tick)
        scratch = .allocate(
            byteCount: RingRecord.tickByteCount(axes: Capacity.axes), alignment: 8)
    }

    deinit { scratch.deallocate() }

    /// Takes the ring that it fills once there is a recorder thread.
    func use(_ ring: ByteRing) { self.ring = ring }

    /// Records something that happened at `time`.
    ///
    /// - Returns: false when it was not taken, because the ring is full or, without a thread, the log failed
    ///   (`Recorder.failure`). A tick is then counted as dropped and gone; anything else is the caller's to hold and offer
    ///   again, or the episode is incomplete and will not be trained on.
    @discardableResult
    public func record(_ record: LogRecord, at time: MonotonicTime) -> Bool {
        if recorder.offer(record, at: time, from: self) { return true }
        if case .tick = record { dropped.add(1, ordering: .relaxed) }
        return false
    }

    /// Puts a record into the ring; `time` is the log's, ns.
    func push(_ record: LogRecord, time: UInt64) -> Bool {
        guard let ring else { return false }
        var writer = ByteWriter(scratch)
        do throws(ByteError) {
            if case .tick(let tick) = record {
                try RingRecord.write(tick, time: time, to: &writer)
                return ring.push(writer.written)
            }
            let (topic, payload) = LogEncoding.encode(record, time: time)
            try RingRecord.write(topic, time: time, to: &writer)
            return payload.withUnsafeBytes { ring.push(writer.written, $0) }
        } catch { preconditionFailure("a lane's scratch has room for a tick") }
    }

    /// Share of its room that waits for the disk; 0 without a recorder thread; any thread.
    var fill: Double { ring?.fill ?? 0 }

    /// Whether it will soon take nothing more: the robot is to wait until the disk has caught up; any thread.
    public var isNearlyFull: Bool { fill >= Self.nearlyFull }

    /// Ticks that were not taken; any thread.
    public var droppedTicks: UInt64 { dropped.load(ordering: .relaxed) }
}
