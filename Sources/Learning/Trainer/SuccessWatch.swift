/// Watches success over the last episodes and says when it was best and whether it has fallen since.
///
/// Learning on a robot is not monotone: what acts at the end of a session need not be the best that
/// acted in it. A plain value; pure.
public struct SuccessWatch: Sendable, Equatable, Codable {
    /// Episodes that are looked at together: few enough that a good policy is noticed.
    public static let window = 30
    /// Fall of the rate from its best that counts as worse: what luck does not explain.
    ///
    /// The best of many windows is a lucky one: a policy that succeeds in 92 of 100 has one of 30 in 30
    /// in most sessions, and 26 in 30 afterwards is nothing less. 30 and 22 of the same policy has a chance
    /// of one in two hundred (Fisher's exact test).
    public static let margin = 0.25

    private var outcomes: [Bool] = []
    private var best = -1

    /// No episode yet.
    public init() {}

    /// Takes the outcome of one episode; true when the window it completes is the best so far.
    public mutating func take(isSuccess: Bool) -> Bool {
        outcomes.append(isSuccess)
        guard outcomes.count >= Self.window, recent >= best else { return false }
        best = recent
        return true
    }

    /// Takes the outcomes of episodes whose weights can no longer be kept: they set no best.
    ///
    /// - Parameter all: the session's, in order; those that are known already begin them.
    public mutating func resume(behind all: [Bool]) {
        outcomes.append(contentsOf: all.dropFirst(outcomes.count))
    }

    /// Whether the last window is worse than the best one by more than the margin.
    public var hasFallen: Bool {
        best >= 0 && Double(best - recent) > Self.margin * Double(Self.window)
    }

    /// Successes in the best window and in the last one.
    public var summary: String {
        "\(best) of \(Self.window) before, \(recent) of \(Self.window) now"
    }

    private var recent: Int { outcomes.suffix(Self.window).count { $0 } }
}
