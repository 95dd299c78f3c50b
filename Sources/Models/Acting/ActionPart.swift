/// The part of one axis' action box, −1…1, that a policy's own −1…1 stands for.
public struct ActionPart: Sendable, Equatable {
    /// Its middle.
    public var centre: Float
    /// Half its width, positive.
    public var half: Float

    /// The whole box.
    public static let whole = ActionPart(centre: 0, half: 1)

    /// What is left to either side of what the demonstrations used, as a share of it: who learns from its own attempts
    /// must be able to go a little further.
    static let margin: Float = 0.1
    /// The least half width: an axis that stood still may still move a little.
    static let least: Float = 0.05
    /// From this share of the box on all of it is taken.
    static let nearlyWhole: Float = 0.8

    /// The part that goes with what was used, −1…1, with room on either side.
    public init(used: ClosedRange<Float>) {
        let room = max(
            (used.upperBound - used.lowerBound) * ActionPart.margin,
            ActionPart.least - (used.upperBound - used.lowerBound) / 2)
        let low = max(-1, used.lowerBound - room)
        let high = min(1, used.upperBound + room)
        if high - low >= 2 * ActionPart.nearlyWhole {
            self = .whole
        } else {
            self.init(centre: (low + high) / 2, half: (high - low) / 2)
        }
    }

    init(centre: Float, half: Float) {
        self.centre = centre
        self.half = half
    }
}
