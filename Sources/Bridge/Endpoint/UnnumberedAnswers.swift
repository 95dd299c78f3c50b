/// What is known of answers that carry no number, as those of a bridge of version 1.
///
/// They come in the order of their questions. A late `ready` names its episode; a late `error` names
/// nothing, so one that comes while a reset that was given up is unanswered may be that reset's. A
/// value; the client's thread; no allocation.
struct UnnumberedAnswers: Sendable {
    /// Scene resets that were given up and that the bridge has not answered yet.
    private var owed = 0

    /// A reset is not waited for any more.
    mutating func giveUp() { owed += 1 }

    /// Everything asked so far is answered, or the bridge is another process, which owes nothing.
    mutating func forget() { owed = 0 }

    /// A message came that answers nothing: it may be the late answer to a reset.
    mutating func passOver(_ message: BridgeMessage) {
        if case .ready = message, owed > 0 { owed -= 1 }
    }

    /// An error came; true when it may be a given-up reset's, and the answer come behind it.
    mutating func passOverError() -> Bool {
        guard owed > 0 else { return false }
        owed -= 1
        return true
    }
}
