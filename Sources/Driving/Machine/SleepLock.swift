import Glibc
import Platform

/// Keeps the machine from being suspended, from init to `release`: an inhibitor of logind's.
///
/// A program that systemd brings holds it, so that nothing of systemd is linked; it ends with this process, whatever ends
/// that, and with the thread that made this. One thread; not while libzmq runs, for it forks.
public final class SleepLock {
    /// Where that program is.
    public static let places = [
        "/usr/bin/systemd-inhibit", "/bin/systemd-inhibit",
        "/run/current-system/sw/bin/systemd-inhibit",
    ]
    /// What is not to happen; a lid that is closed is asked about apart from the sleep that it leads to.
    static let what = "sleep:idle:handle-lid-switch"

    private var holder: ChildProcess?
    private var failure: String?

    /// Asks for it; whether logind grants it shows a moment later.
    public init(at places: [String] = SleepLock.places) {
        guard let program = places.first(where: { access($0, X_OK) == 0 }) else {
            failure = "there is no systemd-inhibit, so no logind that could be asked"
            return
        }
        do throws(PlatformError) {
            holder = try ChildProcess.spawn(
                executable: program,
                arguments: [
                    "--what=\(Self.what)", "--mode=block", "--who=hone",
                    "--why=a robot is connected", "sleep", "\(Int32.max)",
                ])
        } catch { failure = "\(error)" }
    }

    /// Why the machine may be suspended at any moment; nil while nothing is known against it.
    public var refusal: String? {
        if let failure { return failure }
        guard let holder, !holder.isRunning else { return nil }
        let code = holder.exitCode ?? -1
        return "logind did not grant it, or no longer (systemd-inhibit ended with \(code))"
    }

    /// The same, after as long as an answer of logind's may take.
    public func settledRefusal() -> String? {
        _ = holder?.wait(timeout: .seconds(1))
        return refusal
    }

    /// Lets it be suspended again; a second call does nothing.
    public func release() {
        guard let holder else { return }
        self.holder = nil
        failure = failure ?? "it was released"
        holder.terminate()
        if holder.wait(timeout: .seconds(1)) == nil { holder.kill() }
        _ = holder.wait()
    }

    /// How to have a machine stay awake that nobody keeps so.
    public static var advice: String {
        "A machine that is suspended stops its robot until a person acknowledges it. Have it never be: sudo systemctl "
            + "mask sleep.target suspend.target hibernate.target hybrid-sleep.target; in a container that is its host's "
            + "affair."
    }
}
