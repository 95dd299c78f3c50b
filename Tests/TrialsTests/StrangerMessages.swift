import Embodiment
import Platform
import Simulation

@testable import Bridge

/// What strangers say who have read the wire page and everything that a session says, but not its token.
///
/// Valid frames and messages in any order, stolen numbers, several parts, and all of it damaged; never a
/// `stop`, which anybody may send. A value; the same seed makes the same messages.
struct StrangerMessages {
    /// What there is to be stolen: the commander's last command.
    var command: Command
    private let description: BridgeDescription
    private let random: CounterRandom
    private var draws: UInt64 = 0
    /// Some of what was said before, by the commander too.
    private var recorded: [[UInt8]] = []
    private static let mostRecorded = 64

    init(seed: UInt64, description: BridgeDescription, command: Command) {
        self.description = description
        self.command = command
        random = CounterRandom(seed, 0x7374_7261)
    }

    private mutating func below(_ bound: Int) -> Int {
        draws += 1
        return Int(random.bits(draws) % UInt64(bound))
    }

    private mutating func number() -> UInt64 {
        draws += 1
        return random.bits(draws)
    }

    /// Notes what the commander said, to be said again.
    mutating func record(_ bytes: [UInt8]) {
        if recorded.count == Self.mostRecorded { recorded.removeFirst() }
        recorded.append(bytes)
    }

    /// The parts of the next message.
    mutating func next() -> [[UInt8]] {
        var parts = [part()]
        // Beyond what a bridge takes in a turn, too.
        if below(16) == 0 {
            let count = [2, 3, 64, 65, 200][below(5)]
            let filler = part()
            parts += (1..<count).map { _ in filler }
            if below(2) == 0 { parts.append(part()) }
        }
        if below(8) == 0 { parts[0] = damaged(parts[0]) }
        return parts
    }

    private mutating func part() -> [UInt8] {
        switch below(12) {
        case 0...3: frame()
        case 4...8: message()
        case 9: []
        case 10 where !recorded.isEmpty: recorded[below(recorded.count)]
        default: (0..<below(200)).map { _ in UInt8(below(256)) }
        }
    }

    private mutating func session() -> UInt64 {
        switch below(6) {
        case 0: number()
        case 1: command.session ^ 1
        case 2: 0
        default: command.session
        }
    }

    private mutating func epoch() -> UInt32 {
        [command.epoch, command.epoch &+ 1, command.epoch &- 1, .max, 0, UInt32(below(100))][
            below(6)]
    }

    /// A command that would be seen if it were obeyed: it is far from where the robot is held.
    private mutating func frame() -> [UInt8] {
        var forged = command
        (forged.session, forged.epoch) = (session(), epoch())
        forged.sequence =
            [command.sequence &+ 1, command.sequence &+ 1 << 32, .max, number()][
                below(4)]
        forged.sendNanoseconds = SystemClock().now.nanoseconds
        for (index, axis) in description.axes.enumerated() {
            let share = Double(below(1001)) / 1000
            forged.position[index] = axis.lower + share * (axis.upper - axis.lower)
        }
        let codec = CommandCodec(axes: description.axes.count)
        var bytes = [UInt8](repeating: 0, count: codec.byteCount)
        _ = bytes.withUnsafeMutableBytes { codec.encode(forged, into: $0) }
        return bytes
    }

    private mutating func message() -> [UInt8] {
        let id: UInt32? = below(3) == 0 ? nil : UInt32(below(1000) + 1)
        let message: AgentMessage
        switch below(8) {
        case 0: message = .hello(Hello(agent: "stranger"))
        case 1: message = .release(session: session(), epoch: epoch())
        case 2:
            message = .reset(
                ResetRequest(
                    session: session(), epoch: epoch(), episode: UInt32(below(9)), seed: number(),
                    purpose: .training, wantsOperator: below(2) == 0))
        default:
            message = .start(
                session: session(), epoch: epoch(),
                boot: below(2) == 0 ? description.bootID : below(2) == 0 ? nil : number(),
                robot: below(2) == 0 ? description.robotID : nil,
                token: below(2) == 0 ? .random() : nil)
        }
        return (try? SlowPath.encode(Numbered(message, id: id))) ?? []
    }

    private mutating func damaged(_ bytes: [UInt8]) -> [UInt8] {
        guard !bytes.isEmpty else { return [UInt8(below(256))] }
        var bytes = bytes
        switch below(3) {
        case 0: bytes[below(bytes.count)] ^= 1 << UInt8(below(8))
        case 1: bytes.removeLast(below(bytes.count))
        default: bytes.append(contentsOf: bytes.prefix(below(bytes.count) + 1))
        }
        return bytes
    }
}
