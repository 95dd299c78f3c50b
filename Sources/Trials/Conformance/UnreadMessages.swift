/// Counts messages of the bridge that could not be read: what a duty that failed for want of an answer says too.
///
/// One thread.
final class UnreadMessages {
    private var count = 0
    private var last: String?

    /// A trial begins.
    func begin() { (count, last) = (0, nil) }

    /// One came, for this reason.
    func note(_ reason: String) {
        count += 1
        last = reason
    }

    /// How many, and why the last could not be read; nil when all could.
    var text: String? {
        last.map { "\(count == 1 ? "1 frame" : "\(count) frames") refused, last: \($0)" }
    }
}
