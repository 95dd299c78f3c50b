import Platform

/// What a request that lets the robot move again must quote: told once, good for one request, soon.
///
/// A recorded request quotes a number that was used, or is of another time or session: it does nothing.
/// One thread.
struct OperatorNonces {
    /// How long a number is good for after it was told.
    static let lifetime = Duration.seconds(30)
    /// Numbers kept of those told to one process; the oldest makes room.
    static let capacity = 8
    /// Numbers kept in all.
    static let mostInAll = 64

    private struct Ticket {
        var nonce: UInt64
        var process: Int32
        /// The state of the robot that the person was told with it.
        var challenge: UInt32
        var deadline: MonotonicTime
    }

    private var tickets: [Ticket] = []

    /// A new number, 16 hexadecimal digits, for the state with this challenge.
    ///
    /// - Parameter process: to whom it is told; one that asks again and again uses up its own numbers.
    mutating func issue(
        for challenge: UInt32, at now: MonotonicTime, to process: Int32 = 0
    ) -> String {
        if tickets.count(where: { $0.process == process }) == Self.capacity,
            let oldest = tickets.firstIndex(where: { $0.process == process })
        {
            tickets.remove(at: oldest)
        }
        if tickets.count == Self.mostInAll { tickets.removeFirst() }
        // Not to be guessed: the kernel's randomness.
        let nonce = UInt64.random(in: 0...UInt64.max)
        tickets.append(
            Ticket(
                nonce: nonce, process: process, challenge: challenge, deadline: now + Self.lifetime)
        )
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
