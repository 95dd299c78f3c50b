/// How often a held robot may go on by itself: 3 times in 60 s, earned back at a quarter of that
/// rate, so that a fault that comes and goes still ends in a stop (`Control/Safety.md` 4).
///
/// A person who starts the robot after a stop fills it up. A plain value: an account of time, from
/// which each resumption takes its price.
public struct ResumeBudget: Sendable, Equatable {
    /// Resumptions of a full account.
    public static let resumptions = 3
    /// The time in which a full account may be spent, s.
    public static let seconds = 60
    /// Times longer that earning takes than spending.
    public static let slowness = 4
    /// What one resumption takes, ns.
    static let price = Int64(seconds / resumptions * slowness) * 1_000_000_000
    static let full = Int64(resumptions) * price

    private var account = ResumeBudget.full

    /// A full account.
    public init() {}

    /// Whether it pays for one more resumption.
    public var isLeft: Bool { account >= Self.price }

    /// Pays for a resumption; an account that cannot pay stays as it is.
    public mutating func spend() {
        if isLeft { account -= Self.price }
    }

    /// Time has passed.
    public mutating func earn(nanoseconds: Int64) {
        guard nanoseconds > 0 else { return }
        account = nanoseconds < Self.full - account ? account + nanoseconds : Self.full
    }
}
