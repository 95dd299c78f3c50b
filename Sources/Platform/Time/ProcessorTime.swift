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
}
