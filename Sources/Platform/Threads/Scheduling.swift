/// How the kernel schedules a thread.
public enum Scheduling: Sendable, Equatable {
    /// As any program.
    case normal
    /// `SCHED_BATCH` with a nice value 0…19: work that must not delay anybody. Kept off `HoneThread.avoidedCores`, where
    /// a host gives a core that is always busy to others while the one thread that must be on time waits.
    case batch(nice: Int)
    /// `SCHED_FIFO` with a priority 1…99: the tick.
    case realtime(priority: Int)
}
