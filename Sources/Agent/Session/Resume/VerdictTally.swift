import Configuration
import Control
import Experience

/// Counts holds and stops from the ticks of a log, as the guardian counted them when they happened.
///
/// A plain value; given every tick of a session in the order of its log.
struct VerdictTally: Sendable {
    /// How often a hold began.
    private(set) var holds = 0
    /// How often a stop was latched.
    private(set) var stops = 0

    private var before = StopCause.none
    private var command: UInt64 = 0

    /// Takes the next tick.
    mutating func note(_ tick: TickRecord) {
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
