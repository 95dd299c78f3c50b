import Embodiment
import Platform

/// A checksum over what a policy decided: number of the decision and bits of every proposed action, in order.
///
/// Equal for two sessions that decided the same; the CRC-32 of little-endian words.
struct DecisionHash {
    private var crc = CRC32()

    /// Adds one decision.
    mutating func add(_ number: UInt64, _ proposed: Action) {
        add(number)
        for axis in 0..<proposed.count { add(proposed[axis].bitPattern) }
    }

    private mutating func add(_ word: UInt64) {
        withUnsafeBytes(of: word.littleEndian) { crc.update($0) }
    }

    /// Eight hexadecimal digits.
    var text: String { crc.value.hexadecimal }
}
