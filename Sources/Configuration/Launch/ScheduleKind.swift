/// Who drives time; DESIGN decision 4.
public enum ScheduleKind: String, Sendable, Equatable, CaseIterable {
    /// One thread and a virtual clock: as fast as the machine allows, reproducible to the bit.
    case lockstep
    /// Threads and the wall clock.
    case realtime
}
