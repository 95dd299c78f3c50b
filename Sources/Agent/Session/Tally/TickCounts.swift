import Control
import Embodiment
import Experience

/// What a session's ticks come to: a fold over their records in the order of the log.
///
/// Holds and stops come out as the guardian counted them when they happened. A plain value; taking a tick neither
/// allocates nor locks.
struct TickCounts: Sendable, Equatable {
    /// Commands that were made.
    private(set) var ticks = 0
    /// Ticks that began later than half a period.
    private(set) var late = 0
    /// Ticks of a policy in which a limit slowed an axis down.
    private(set) var clipped = 0
    /// How often a hold began.
    private(set) var holds = 0
    /// How often a stop was latched.
    private(set) var stops = 0
    /// The newest weights whose action was carried out; 0 for none.
    private(set) var version: UInt32 = 0

    private let latenessLimit: UInt64
    private var before = StopCause.none
    private var command: UInt64 = 0

    /// - Parameter period: of the ticks, s.
    init(period: Double) { latenessLimit = UInt64(period * 1e9 / 2) }

    /// Takes the next tick.
    mutating func accept(_ tick: TickRecord) {
        ticks += 1
        if tick.latenessNanoseconds > latenessLimit { late += 1 }
        version = max(version, tick.origin?.policyVersion ?? 0)
        switch tick.origin?.driver {
        case .imitation, .guided: if tick.limitedAxes != 0 { clipped += 1 }
        default: break
        }
        // Commands are counted from 1 in each epoch, and no epoch begins with what an earlier one
        // was stopped for: after a killed process another guardian judges, which knows none of it.
        if tick.command <= command { before = .none }
        command = tick.command
        let cause = StopCause(rawValue: UInt8(clamping: tick.verdict)) ?? StopCause.none
        if cause.latches, !before.latches { stops += 1 }
        if cause.severity == .hold, before.severity != .hold { holds += 1 }
        before = cause
    }
}
