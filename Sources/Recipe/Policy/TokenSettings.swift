/// The shape of a policy that tells an action number by number, each as one of some bins; `Learning/Algorithm.md` 4.8.
public struct TokenSettings: Sendable, Equatable {
    /// The transformer.
    public var trunk = TrunkSettings()
    /// Values that a number of an action can take, evenly from −1 to 1.
    public var bins = 128
    /// What an action between two of them teaches.
    public var labels = TokenLabels.twoHot

    /// Most numbers of one chunk: the cost of acting grows with their square.
    public static let mostTokens = 64

    /// As published.
    public static let paper: TokenSettings = {
        var settings = TokenSettings(trunk: .paper)
        settings.labels = .nearest
        return settings
    }()

    /// Hone's own.
    public init() {}

    /// Another size.
    public init(trunk: TrunkSettings, bins: Int = 128) {
        self.trunk = trunk
        self.bins = bins
    }
}
