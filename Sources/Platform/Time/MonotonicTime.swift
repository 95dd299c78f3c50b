/// A moment on one machine's monotonic clock, in nanoseconds.
///
/// Comparable only with moments of the same clock. A plain value; any thread.
public struct MonotonicTime: Sendable, Hashable, Comparable {
    /// Nanoseconds since the clock's own zero (boot, or the start of a virtual clock).
    public var nanoseconds: UInt64

    /// A moment `nanoseconds` after the clock's zero.
    @inlinable
    public init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

    /// The clock's zero.
    public static let zero = MonotonicTime(nanoseconds: 0)

    /// Seconds since the clock's zero; exact to a microsecond for centuries.
    @inlinable
    public var seconds: Double { Double(nanoseconds) * 1e-9 }

    /// Nanoseconds from `earlier` to this moment; negative when `earlier` is later.
    @inlinable
    public func nanoseconds(since earlier: MonotonicTime) -> Int64 {
        Int64(truncatingIfNeeded: nanoseconds &- earlier.nanoseconds)
    }

    /// Seconds from `earlier` to this moment; negative when `earlier` is later.
    @inlinable
    public func seconds(since earlier: MonotonicTime) -> Double {
        Double(nanoseconds(since: earlier)) * 1e-9
    }

    /// This moment moved by `nanoseconds`, not below the clock's zero.
    @inlinable
    public func advanced(byNanoseconds nanoseconds: Int64) -> MonotonicTime {
        let moved = self.nanoseconds.addingReportingOverflow(nanoseconds.magnitude)
        if nanoseconds >= 0 {
            return MonotonicTime(nanoseconds: moved.overflow ? .max : moved.partialValue)
        }
        let magnitude = nanoseconds.magnitude
        return MonotonicTime(
            nanoseconds: self.nanoseconds > magnitude ? self.nanoseconds - magnitude : 0)
    }

    /// Earlier is less.
    @inlinable
    public static func < (left: MonotonicTime, right: MonotonicTime) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    /// The moment `duration` later, saturating at both ends.
    @inlinable
    public static func + (time: MonotonicTime, duration: Duration) -> MonotonicTime {
        time.advanced(byNanoseconds: duration.wholeNanoseconds)
    }

    /// The moment `duration` earlier, saturating at both ends.
    @inlinable
    public static func - (time: MonotonicTime, duration: Duration) -> MonotonicTime {
        time.advanced(byNanoseconds: -duration.wholeNanoseconds)
    }

    /// How long it is from `earlier` to `later`.
    @inlinable
    public static func - (later: MonotonicTime, earlier: MonotonicTime) -> Duration {
        .nanoseconds(later.nanoseconds(since: earlier))
    }

    /// Moves the moment by `duration`.
    @inlinable
    public static func += (time: inout MonotonicTime, duration: Duration) {
        time = time + duration
    }
}

extension Duration {
    /// The duration in whole nanoseconds, towards zero, saturating at about 292 years.
    @inlinable
    public var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        if overflow { return seconds < 0 ? -Int64.max : Int64.max }
        let (sum, carried) = product.addingReportingOverflow(attoseconds / 1_000_000_000)
        return carried ? (seconds < 0 ? -Int64.max : Int64.max) : sum
    }

    /// The duration in seconds.
    @inlinable
    public var inSeconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) * 1e-18
    }
}
