internal import CPlatform

/// Counts SIGINT, SIGTERM and SIGHUP instead of dying of them.
///
/// SIGHUP is a terminal that is gone, such as a dropped connection: one request, however often it comes, for the system
/// and the shell may both send it. Who was started to outlast that, with nohup, does. The first asks for an orderly end, the next ones may mean it more; whoever runs the session
/// looks at the counts. Any thread.
public enum SignalWatcher {
    /// Starts counting, and ignores SIGPIPE; again is harmless.
    public static func install() throws(PlatformError) {
        let error = hone_signals_install()
        if error != 0 {
            throw .system(attempted: "handle", subject: "SIGINT, SIGTERM and SIGHUP", code: error)
        }
    }

    /// SIGINT (Ctrl-C) since `install()`.
    public static var interrupts: Int { Int(hone_signals_count(hone_signal_interrupt())) }

    /// SIGTERM since `install()`.
    public static var terminations: Int { Int(hone_signals_count(hone_signal_terminate())) }

    /// Whether SIGHUP has come since `install()`.
    public static var hasHungUp: Bool { hone_signals_count(hone_signal_hang_up()) > 0 }

    /// Requests to end, all together.
    public static var count: Int { interrupts + terminations + (hasHungUp ? 1 : 0) }
}
