import Foundation
import Platform

/// What the kernel leaves of each period to all threads of real-time priority together, on a core.
///
/// Whoever wants more is stopped until the next period, the tick among them.
public struct RealtimeBudget: Sendable, Equatable {
    /// What they may use of each period, µs; nil without a limit.
    public var runtimeMicroseconds: Int?
    /// The period, µs.
    public var periodMicroseconds: Int

    /// A share with which all of Hone's threads of real-time priority do well.
    private static let plenty = 0.5

    /// This machine's; nil where the kernel does not say.
    public static func read(folder: String = "/proc/sys/kernel") -> RealtimeBudget? {
        func number(_ name: String) -> Int? {
            let path = "\(folder)/sched_rt_\(name)_us"
            guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
            return Int(text.trimmingCharacters(in: .whitespacesAndNewlines))
        }
        guard let runtime = number("runtime"), let period = number("period"), period > 0 else {
            return nil
        }
        return RealtimeBudget(
            runtimeMicroseconds: runtime < 0 ? nil : runtime, periodMicroseconds: period)
    }

    /// What it is, and what that means for a robot.
    public var text: String {
        let period = NumberText.duration(Double(periodMicroseconds) * 1e-6)
        guard let runtimeMicroseconds else {
            return
                "no limit: a thread of real-time priority that never sleeps keeps its core for itself"
        }
        guard runtimeMicroseconds > 0 else { return "none: no thread gets real-time priority" }
        let runtime = NumberText.duration(Double(runtimeMicroseconds) * 1e-6)
        let rest = NumberText.duration(
            Double(max(0, periodMicroseconds - runtimeMicroseconds)) * 1e-6)
        return
            "\(runtime) of every \(period); threads of real-time priority that want more, as of a bridge that "
            + "floods, are stopped for \(rest), the tick among them"
    }

    /// What to do; nil where there is plenty.
    public var advice: String? {
        guard let runtimeMicroseconds,
            Double(runtimeMicroseconds) < Self.plenty * Double(periodMicroseconds)
        else { return nil }
        return "Give them more: sysctl kernel.sched_rt_runtime_us="
            + "\(periodMicroseconds / 20 * 19)"
    }
}
