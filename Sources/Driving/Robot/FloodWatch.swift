import Platform

/// How much of a bridge's messages its thread takes at once, and whether there are far more than were described.
///
/// A second of time has a budget: twice the rate of the samples. Once that is spent the thread rests between two
/// looks, so that a bridge without a pause takes no core from anybody. One second beyond it may be what waited
/// in queues; two in a row are a bridge that floods. A value; the bridge's thread; no allocation.
struct FloodWatch: Sendable {
    /// What was described, samples a second.
    let rateHz: Double
    /// Messages in the present second.
    private var frames: UInt64 = 0
    private var began: MonotonicTime?
    /// When the present second's budget was spent, and how many messages had come by then.
    private var beyond: (since: MonotonicTime, frames: UInt64)?
    /// Seconds in a row whose budget was spent.
    private var spent = 0
    /// Messages a second, in the last whole second, of a bridge that floods; 0 while none does.
    private(set) var floodHz = 0.0

    /// Messages for each sample that was described; what is more is too many.
    static let share = 2.0
    /// Seconds in a row after which it is no backlog.
    static let longest = 2
    private static let window = Duration.seconds(1)

    init(rateHz: Double) { self.rateHz = rateHz }

    /// The budget of the present second is spent.
    var isSpent: Bool { Double(frames) > Self.share * rateHz }

    /// Messages a second since the present second's budget was spent, at least 1.
    ///
    /// What came before that may have come at the rate that was described.
    func presentHz(at now: MonotonicTime) -> Double {
        guard let beyond else { return 1 }
        return max(1, Double(frames - beyond.frames) / max(now.seconds(since: beyond.since), 1e-3))
    }

    /// Counts messages.
    ///
    /// - Returns: true when a second has ended, so that `floodHz` is news.
    mutating func take(_ count: UInt64, at now: MonotonicTime) -> Bool {
        guard let began else {
            (self.began, frames) = (now, count)
            if isSpent { beyond = (now, frames) }
            return false
        }
        let span = now - began
        guard span >= Self.window else {
            frames += count
            if beyond == nil, isSpent { beyond = (now, frames) }
            return false
        }
        // A thread that was away for longer finds what waited meanwhile: that counts for all of the time.
        let rate = Double(frames + count) / span.inSeconds
        spent = rate > Self.share * rateHz ? spent + 1 : 0
        floodHz = spent >= Self.longest ? rate : 0
        (self.began, frames, beyond) = (now, 0, nil)
        return true
    }

    /// What a person is told: `samples at 40100 Hz where 100 Hz were described`.
    var words: String {
        "samples at \(NumberText.short(floodHz)) Hz where \(NumberText.short(rateHz)) Hz were described"
    }
}
