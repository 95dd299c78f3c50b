import Platform

/// What a request that lets the robot move again must quote: told once, good for one request, soon.
///
/// A recorded request quotes a number that was used, or is of another time or session: it does nothing.
/// One thread.
struct OperatorNonces {
    /// How long a number is good for after it was told.
    static let lifetime = Duration.seconds(30)
    /// Numbers kept; the oldest makes room.
    static let capacity = 8

    private struct Ticket {
        var nonce: UInt64
        /// The state of the robot that the person was told with it.
        var challenge: UInt32
        var deadline: MonotonicTime
    }

    private var tickets: [Ticket] = []

    /// A new number, 16 hexadecimal digits, for the state with this challenge.
    mutating func issue(for challenge: UInt32, at now: MonotonicTime) -> String {
        if tickets.count == Self.capacity { tickets.removeFirst() }
        // Not to be guessed: the kernel's randomness.
        let nonce = UInt64.random(in: 0...UInt64.max)
        tickets.append(
            Ticket(nonce: nonce, challenge: challenge, deadline: now + Self.lifetime))
        return Self.text(nonce)
    }

    /// The challenge of the state that was told with this number; nil when it is none, used or old.
    mutating func redeem(_ text: String?, at now: MonotonicTime) -> UInt32? {
        guard let index = tickets.firstIndex(where: { Self.text($0.nonce) == text }) else {
            return nil
        }
        let ticket = tickets.remove(at: index)
        return now <= ticket.deadline ? ticket.challenge : nil
    }

    private static func text(_ nonce: UInt64) -> String { nonce.hexadecimal }
}
