import Neural

/// Inputs made from others: bits flipped, bytes set to telling values, pieces cut, doubled and joined.
struct FuzzMutator {
    private static let tellingBytes: [UInt8] = [
        0, 1, 0x7f, 0x80, 0xff, 0x22, 0x3a, 0x7b, 0x7d, 0x0a,
    ]
    private let inputs: [[UInt8]]
    private let longest: Int
    private let seed: UInt64
    private var count: UInt64 = 0
    private var draws: UInt64 = 0

    init(inputs: [[UInt8]], longest: Int, seed: UInt64) {
        self.inputs = inputs.isEmpty ? [[0]] : inputs
        self.longest = longest
        self.seed = seed
    }

    private mutating func below(_ bound: Int) -> Int {
        defer { draws += 1 }
        let bits = RandomKey(seed: seed, stream: 0, step: count).bits(index: draws)
        return Int(bits % UInt64(max(1, bound)))
    }

    /// The next input, at most `longest` bytes.
    mutating func next() -> [UInt8] {
        var bytes = inputs[below(inputs.count)]
        for _ in 0...below(6) { change(&bytes) }
        count += 1
        draws = 0
        return Array(bytes.prefix(longest))
    }

    private mutating func change(_ bytes: inout [UInt8]) {
        let place = below(bytes.count)
        switch below(7) {
        case 0 where !bytes.isEmpty: bytes[place] ^= 1 << UInt8(below(8))
        case 1 where !bytes.isEmpty:
            bytes[place] = Self.tellingBytes[below(Self.tellingBytes.count)]
        case 2 where !bytes.isEmpty: bytes[place] = UInt8(below(256))
        case 3: bytes.removeLast(below(bytes.count + 1))
        case 4: bytes.removeSubrange(place..<min(bytes.count, place + below(16)))
        case 5:
            bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + below(32))], at: place)
        default:
            let other = inputs[below(inputs.count)]
            bytes.replaceSubrange(place..., with: other.suffix(from: below(other.count)))
        }
    }
}
