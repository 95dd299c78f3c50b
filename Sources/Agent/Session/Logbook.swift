import Configuration
import Control
import Driving
import Embodiment
import Experience
import Platform

/// The log of a session as it is written: what happens goes towards the disk and into the tally by one call.
///
/// Used from the thread that runs episodes; what `watch` sets is called on the thread that ticks.
final class Logbook {
    /// Writes the log.
    let recorder: Recorder
    /// What has been counted, that of a robot's ticks as of the last `readTicks`.
    private(set) var tally: SessionTally

    /// How long the log's disk may stand still before ticks are dropped from the log, at least, s.
    private static let ringSeconds = 10.0

    // Episodes and ticks are recorded through lanes of their own: each has one producing thread.
    private let episodes: RecorderLane
    private let ticks: RecorderLane
    private let counter: TickCounter
    /// Page faults of the robot in use that have been entered.
    private var enteredFaults = Memory.PageFaults()
    private let clock: any Platform.Clock

    /// - Parameter clock: the robot's.
    init(_ recorder: Recorder, for launch: Launch, clock: any Platform.Clock) {
        self.recorder = recorder
        self.clock = clock
        episodes = recorder.makeLane()
        ticks = recorder.makeLane(
            capacity: max(4096, Int(Self.ringSeconds * launch.robot.commandRateHz)),
            axes: launch.robot.axes.count)
        counter = TickCounter(period: launch.robot.tickSeconds)
        tally = SessionTally(for: launch)
    }

    /// Records and counts what happened; waits until the log's ring takes it: this thread waits, never the tick.
    ///
    /// - Throws: what the disk said, when the log has failed; it is counted all the same, for it has happened.
    func enter(_ record: LogRecord, at time: MonotonicTime) throws {
        tally.accept(record, at: time)
        while !episodes.record(record, at: time) {
            if let failure = recorder.failure { throw failure }
            SystemClock().sleep(for: .milliseconds(1))
        }
    }

    /// The same with what the session says of itself, now.
    func enter(_ mark: SessionMark) throws { try enter(.event(mark.event), at: clock.now) }

    /// Records a line for whoever reads the log; a log that has failed has told so already.
    func record(_ event: LogEvent) { try? enter(.event(event), at: clock.now) }

    // MARK: Ticks

    /// Has a robot's ticks recorded and counted, and lets it wait for a person where they hardly can be any more.
    ///
    /// - Parameter watch: called with each tick beside that; must not block.
    func watch(_ robot: any Robot, _ watch: (@Sendable (TickReport) -> Void)?) {
        enteredFaults = Memory.PageFaults()
        let (lane, counter) = (ticks, counter)
        robot.onTick = { report in
            let record = TickRecord(report)
            lane.record(.tick(record), at: report.time)
            counter.accept(record)
            watch?(report)
        }
        robot.isLogBlocked = { lane.isNearlyFull }
    }

    /// Takes what the thread that ticks has counted so far.
    func readTicks() { tally.ticks = counter.read() }

    /// Enters the page faults that a robot's tick thread has had since they were entered last; none in lockstep.
    func enterPageFaults(of counters: RobotCounters) {
        let more = counters.pageFaults.since(enteredFaults)
        guard more.minor > 0 || more.major > 0 else { return }
        enteredFaults = counters.pageFaults
        try? enter(.pageFaults(minor: more.minor, major: more.major))
    }

    /// A robot has been released: its thread has ended.
    ///
    /// - Parameters:
    ///   - counters: its own.
    ///   - before: the tally when it was connected.
    func close(_ counters: RobotCounters, since before: SessionTally) {
        readTicks()
        tally.lateness = counter.lateness
        // A stop that is found in the last sample of all is in no tick.
        let holds = max(0, counters.holds - (tally.holds - before.holds))
        let stops = max(0, counters.stops - (tally.stops - before.stops))
        if holds + stops > 0 { try? enter(.unseen(holds: holds, stops: stops)) }
        enterPageFaults(of: counters)
    }

    /// Ticks of this process that found a full ring.
    var droppedTicks: Int { Int(ticks.droppedTicks) }

    // MARK: Resumption

    /// Counts what a log holds, that of processes which are gone; before anything is entered.
    ///
    /// - Throws: `cannotRead` from the disk, with some of it counted.
    func resume(behind log: SessionLogReader) throws(LogError) {
        try log.records { record, time in tally.accept(record, at: time) }
        tally.endProcess()
        counter.resume(from: tally.ticks, lateness: tally.lateness)
    }
}
