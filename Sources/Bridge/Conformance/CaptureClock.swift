public import Platform

/// How a bridge's clock runs beside ours, by the capture times of its samples: whether they can be nanoseconds
/// of a monotonic clock.
///
/// A value; one thread; no allocation but for the sentences.
public struct CaptureClock: Sendable {
    private var first: (capture: UInt64, time: MonotonicTime)?
    private var samples = 0
    /// How fast it may run, and how slow, s in a second of ours.
    private let bounds: ClosedRange<Double>
    /// Seconds of the bridge's clock in one of ours; nil until it has been watched for long enough.
    public private(set) var rate: Double?
    /// The newest capture time is one of the wall clock.
    public private(set) var isWall = false

    /// Samples that may have waited in a queue together say nothing of a clock: as long as that is watched
    /// at least, s.
    static let shortest = 0.15
    /// From when on nothing more is to be learned, s.
    static let longest = 1.0
    /// Nanoseconds since 1970 in the years 2017 to 2080; no machine has run for so long.
    private static let wallTimes: ClosedRange<UInt64> =
        1_480_000_000_000_000_000...3_480_000_000_000_000_000

    /// - Parameter isLockstep: capture times rise by one command period a command, to the percent; by the wall
    ///   clock only another unit is told from samples that came late.
    public init(isLockstep: Bool) { bounds = isLockstep ? 0.99...1.01 : 0.1...10 }

    /// Enough has been seen.
    public private(set) var isKnown = false

    /// Takes the next sample.
    ///
    /// - Parameters:
    ///   - capture: the bridge's clock, ns.
    ///   - time: ours when it came; robot time in lockstep.
    public mutating func take(capture: UInt64, at time: MonotonicTime) {
        guard !isKnown else { return }
        isWall = Self.wallTimes.contains(capture)
        samples += 1
        guard let first else {
            first = (capture, time)
            return
        }
        let seconds = time.seconds(since: first.time)
        guard seconds >= Self.shortest, samples > 2 else { return }
        rate = Double(Int64(bitPattern: capture &- first.capture)) * 1e-9 / seconds
        isKnown = seconds >= Self.longest
    }

    /// Begins anew: the bridge's clock may have been moved on, as a reset does in lockstep.
    public mutating func restart() {
        (first, samples, isKnown) = (nil, 0, false)
    }

    /// What is wrong with its rate, or nil: `its clock ran 1e-6 s a second: milliseconds?`.
    public var wrongRate: String? {
        guard let rate, !bounds.contains(rate) else { return nil }
        let units: [(Double, String, String)] = [
            (1e-9, "1e-9", "seconds"), (1e-6, "1e-6", "milliseconds"),
            (1e-3, "1e-3", "microseconds"),
        ]
        for (unit, number, name) in units where rate > unit / 2 && rate < unit * 2 {
            return "its clock ran \(number) s a second: \(name)? Times are nanoseconds"
        }
        return
            "its clock ran \(NumberText.short(rate)) s a second; capture times are nanoseconds of a clock "
            + "that runs with robot time"
    }

    /// What is wrong with its times otherwise, or nil.
    public var wallClock: String? {
        isWall
            ? "its times are those of the wall clock, which jumps when it is set; send those of a monotonic one"
            : nil
    }
}
