/// FNV-1a with 64 bits (Fowler, Noll, Vo): names a value by its bytes.
///
/// Identification against mistakes, not security: whoever wants a collision can make one. Allocates nothing.
public struct Fingerprint: Sendable {
    /// The hash of what was added so far; of nothing at first.
    public private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

    /// Of nothing yet.
    public init() {}

    /// Adds one byte; wrapping, as the hash is defined modulo 2⁶⁴.
    public mutating func add(_ byte: UInt8) {
        value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
    }

    /// Adds the bytes of an integer, the least significant first.
    public mutating func add<Number: FixedWidthInteger & UnsignedInteger>(_ number: Number) {
        for shift in stride(from: 0, to: Number.bitWidth, by: 8) {
            add(UInt8(truncatingIfNeeded: number &>> Number(shift)))
        }
    }

    /// Adds a number's bit pattern, 0 and −0 alike.
    public mutating func add(_ number: Double) { add((number + 0).bitPattern) }

    /// Adds whether there is a number, and which.
    public mutating func add(_ number: Double?) {
        add(UInt8(number == nil ? 0 : 1))
        if let number { add(number) }
    }

    /// Adds a text's length and its UTF-8.
    public mutating func add(_ text: String) {
        add(UInt64(text.utf8.count))
        for byte in text.utf8 { add(byte) }
    }
}
