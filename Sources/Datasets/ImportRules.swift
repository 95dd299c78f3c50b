/// What an import may assume of a data set: everything that its numbers alone do not say.
public struct ImportRules: Sendable {
    /// `--reward`: how one knows that a step accomplished the task; nil to go by the rewards that are there.
    public var reward: String?
    /// `--actions physical`: they are in the axes' units, not −1…1.
    public var areActionsPhysical = false
    /// `--from-zero`: axes whose actions are 0…1 in the file, not −1…1.
    public var fromZero: [String] = []
    /// `--clip-actions`: how far beyond −1…1 an action may be and is then clipped.
    public var clip = 0.0
    /// `--columns`: the file's observation columns that are observed, by name or number, in the robot's order.
    public var columns: [String] = []
    /// `--action-columns`: the file's action numbers that are done, by name or number, in the order of the robot's axes.
    public var actionColumns: [String] = []
    /// `--purpose`: what the episodes are for; nil for what the file says, or demonstrations.
    public var purpose: String?
    /// `--strict`: whatever is left out, missing or not used is an error.
    public var isStrict = false

    /// Rounding that is clipped without asking.
    static let rounding = 1e-6

    /// Nothing is assumed.
    public init() {}
}
