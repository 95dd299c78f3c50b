internal import Glibc

/// Processor time, which passes only while something computes.
public enum ProcessorTime {
    /// Of all threads of this process since it began, s.
    ///
    /// Any thread; does not allocate.
    public static var ofProcess: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    /// Of all threads of another process since it began, s; nil where there is none of that number.
    public static func of(process identifier: Int32) -> Double? {
        var clock = clockid_t()
        var time = timespec()
        guard clock_getcpuclockid(identifier, &clock) == 0, clock_gettime(clock, &time) == 0 else {
            return nil
        }
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}
