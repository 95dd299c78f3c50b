/// What a log turned out to hold.
public struct LogReport: Sendable, Equatable {
    /// Records that were read.
    public var records = 0
    /// Records that were read, by topic.
    public var messages: [String: Int] = [:]
    /// Chunks that were whole.
    public var chunks = 0
    /// Of those the ones that their writer gave no checksum, which nothing proves.
    public var chunksWithoutChecksum = 0
    /// The file has its end, so nothing can be missing from it unnoticed.
    public var isClosed = false
    /// Everything wrong with it, in the order of the file.
    public var issues: [LogIssue] = []

    /// Another part goes on where this one was left.
    public private(set) var isContinued = false
    /// A resumed session has cut it where it went on from.
    public private(set) var wasCut = false

    /// Closed or gone on with, and nothing wrong; an episode that was cut off is whole as far as it went.
    public var isClean: Bool {
        (isClosed || isContinued)
            && issues.allSatisfy { if case .cutOffEpisode = $0 { true } else { false } }
    }

    /// Adds what is wrong; more of what is wrong with the records before it is counted there.
    mutating func add(_ issue: LogIssue) {
        if let joined = issues.last?.joined(by: issue) {
            issues[issues.count - 1] = joined
        } else {
            issues.append(issue)
        }
    }

    /// Another program's recording without a record of those that Hone writes.
    public var isForeign: Bool {
        messages.isEmpty
            && issues.contains { if case .otherWriter = $0 { true } else { false } }
    }

    /// Not a log at all, or empty: it does not begin as one, and no record of Hone's can be read in it.
    public var isNoLog: Bool {
        messages.isEmpty && chunks == 0
            && issues.contains { $0 == .notALog || $0 == .cutShort(at: 0, lost: 0) }
    }

    /// Whole but for its end: its process was ended before it closed it, in an episode or between two.
    public var isOnlyUnclosed: Bool {
        issues.allSatisfy {
            switch $0 {
            case .notClosed, .cutOffEpisode: true
            default: false
            }
        }
    }

    /// Its process was ended before it closed it, and another part goes on.
    public var wasLeftOpen: Bool { isContinued && !isClosed && !wasCut }

    /// Notes that another part goes on: this one was not closed because its process was ended.
    ///
    /// - Parameter wasCut: or because what stood behind its end is lived once more in that other part.
    mutating func goesOn(wasCut: Bool = false) {
        isContinued = true
        self.wasCut = wasCut
        issues.removeAll { $0 == .notClosed }
    }

    /// Nothing yet.
    public init() {}

    /// What is said of a part that was cut.
    public static let cutText =
        "its session was resumed from here; what it recorded behind is in superseded/"

    /// What is said of a part that was left open.
    public static let leftOpenText =
        "its process was ended before it closed the log; the next part continues it"
}
