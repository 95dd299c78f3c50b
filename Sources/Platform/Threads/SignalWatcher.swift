internal import CPlatform

/// Counts SIGINT and SIGTERM instead of dying of them.
///
/// The first asks for an orderly end, the next ones may mean it more; whoever runs the session
/// looks at the counts. Any thread.
public enum SignalWatcher {
    /// Starts counting, and ignores SIGPIPE; again is harmless.
    public static func install() throws(PlatformError) {
        let error = hone_signals_install()
        if error != 0 {
            throw .system(attempted: "handle", subject: "SIGINT and SIGTERM", code: error)
        }
    }

    /// SIGINT (Ctrl-C) since `install()`.
    public static var interrupts: Int { Int(hone_signals_count(hone_signal_interrupt())) }

    /// SIGTERM since `install()`.
    public static var terminations: Int { Int(hone_signals_count(hone_signal_terminate())) }

    /// Both together.
    public static var count: Int { interrupts + terminations }
}
