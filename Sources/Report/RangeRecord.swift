/// What demonstrations show of one number: an observed one in its unit, or an action, −1…1 of its box.
public struct RangeRecord: Codable, Sendable, Equatable {
    /// Of the observation, or `action` and the axis.
    public var name: String
    /// Its least value.
    public var least: Double
    /// Its greatest value.
    public var greatest: Double
    /// Standard deviation of an observed number, 0 for one that did not vary.
    public var deviation: Double?
    /// Share of its box that an action used, 0…1.
    public var boxShare: Double?

    /// One number.
    public init(
        name: String, least: Double, greatest: Double, deviation: Double? = nil,
        boxShare: Double? = nil
    ) {
        self.name = name
        self.least = least
        self.greatest = greatest
        self.deviation = deviation
        self.boxShare = boxShare
    }
}
