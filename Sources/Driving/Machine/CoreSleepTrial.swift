import Platform

/// What an idle loop found while the cores slept as deeply as one way of `CoreSleep` lets them.
struct CoreSleepTrial {
    let sleep: CoreSleep
    /// 99.9 % of its wakes were no later, s.
    let latest: Double
    /// Wakes that came so late that the machine must have stood still: 50 ms and more.
    let pauses: Int
    /// Processor time that the host took meanwhile, s.
    let stolen: Double

    /// The share of the period within which an idle loop wakes on a machine of the best level.
    private static let share = 0.1
    /// A wake that late is a pause of the whole machine, ns.
    static let pause: UInt64 = 50_000_000

    /// The loop woke in time, and the machine did not pause.
    func isGood(period: Double) -> Bool { pauses == 0 && latest <= Self.share * period }

    /// The first way, from the cheapest on, with which the loop wakes in time and the machine does not pause; where none is
    /// so, the least late of those that pause no more than cores that may sleep.
    static func choose(_ trials: [CoreSleepTrial], period: Double) -> CoreSleep {
        guard let first = trials.first else { return .any }
        if let good = trials.first(where: { $0.isGood(period: period) }) { return good.sleep }
        let bearable = trials.filter { $0.pauses <= first.pauses && $0.stolen <= 2 * first.stolen }
        return bearable.min { $0.latest < $1.latest }?.sleep ?? first.sleep
    }
}
