internal import CPlatform
internal import Glibc

/// What happens when this program crashes.
public enum Crash {
    private static let variable = "SWIFT_BACKTRACE"
    /// Signals by which the runtime of the language notices a crash.
    private static let signals = [SIGQUIT, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP]

    /// From here on a crash ends the program at once, with what it says on standard error.
    ///
    /// On a terminal the runtime would ask a person what they want to look at, and the process of a robot that
    /// waits for an answer neither ends nor is resumed. Programs that are started from here inherit it. Whoever
    /// sets `SWIFT_BACKTRACE` gets what they ask for. Main thread, first thing.
    public static func endsAtOnce() {
        guard getenv(variable) == nil else { return }
        setenv(variable, "enable=no", 1)
        // The runtime has read the variable before `main`, and its handlers are there already.
        for number in signals { signal(number, SIG_DFL) }
    }

    /// From here on a crash writes no memory to a disk: for processes that hold a secret key.
    ///
    /// Children inherit it.
    /// The process stays one that its user may look into (`PR_SET_DUMPABLE` is left alone): without that its own ways
    /// through `/proc` would be closed, and whoever is that user can read the key's file as well. Any thread.
    public static func leavesNoCore() { hone_forbid_core() }
}
