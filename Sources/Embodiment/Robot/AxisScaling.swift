/// How axes share a tick in which a limit keeps one of them from moving as asked.
public enum AxisScaling: String, Sendable, Equatable, CaseIterable {
    /// All axes are slowed alike, so that the way stays the one that was asked for; the default.
    case pathPreserving = "path_preserving"
    /// Each axis does what its own limits allow, and the way bends.
    case perAxis = "per_axis"
}
