/// Processor time that the host takes while cores are kept from sleeping: more than a little of it, and they may sleep.
public struct StealWatch: Sendable {
    /// Over how long it is counted, s.
    public static let seconds = 10.0
    /// What may be taken in that time, s: one pause of a quota's period.
    static let most = 0.1

    private var began: (stolen: Double, at: Double)?

    /// Nothing has been seen.
    public init() {}

    /// Takes a reading.
    ///
    /// - Parameters:
    ///   - stolen: since the machine started, s.
    ///   - now: s, of any monotonic clock.
    /// - Returns: what was taken since the reading from which it counts, s, when that is too much; from then on it counts
    ///   anew. Otherwise nil.
    public mutating func take(stolen: Double, at now: Double) -> Double? {
        guard let began else {
            self.began = (stolen, now)
            return nil
        }
        let taken = stolen - began.stolen
        if taken > Self.most {
            self.began = (stolen, now)
            return taken
        }
        if now - began.at >= Self.seconds { self.began = (stolen, now) }
        return nil
    }
}
