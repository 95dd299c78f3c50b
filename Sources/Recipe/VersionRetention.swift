/// Which versions of the weights a session keeps, of those that acted.
///
/// Whatever it is, the newest few stay: what acts, what acted before it, and what is on its way.
public enum VersionRetention: Sendable, Equatable, CustomStringConvertible {
    /// All of them: every decision can be made again.
    case acted
    /// Each whose number is a multiple of `count`.
    case every(count: Int)
    /// The newest `count`.
    case last(count: Int)

    /// Versions that stay in any case.
    public static let newest = 4

    /// Whether a version stays that has so many newer ones.
    public func keeps(_ version: UInt32, newer: Int) -> Bool {
        if newer < Self.newest { return true }
        return switch self {
        case .acted: true
        case .every(let count): Int(version) % max(1, count) == 0
        case .last(let count): newer < count
        }
    }

    /// In a person's words.
    public var description: String {
        switch self {
        case .acted: "every version that acted"
        case .every(let count): "one version in \(count)"
        case .last(let count): "the last \(max(count, Self.newest)) versions"
        }
    }
}
