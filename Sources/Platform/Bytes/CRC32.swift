/// The CRC-32 of zlib, PNG and Ethernet: reflected polynomial EDB88320, initial and final FFFFFFFF.
///
/// `Python: zlib.crc32`. Eight bytes a step by table ("slicing by eight", Kounavis and Berry 2005).
/// A value; any thread; does not allocate after the first use in the process.
public struct CRC32: Sendable, Equatable {
    private var register: UInt32 = 0xFFFF_FFFF

    /// The checksum of no bytes yet.
    public init() {}

    /// The checksum of everything given so far.
    public var value: UInt32 { ~register }

    /// Adds bytes.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        guard var next = bytes.baseAddress else { return }
        let table = CRC32Table.shared.entries
        var left = bytes.count
        var crc = register
        while left >= 8 {
            let low = UInt32(littleEndian: next.loadUnaligned(as: UInt32.self)) ^ crc
            let high = UInt32(littleEndian: next.loadUnaligned(fromByteOffset: 4, as: UInt32.self))
            crc =
                table[0x700 + Int(low & 0xFF)] ^ table[0x600 + Int((low >> 8) & 0xFF)]
                ^ table[0x500 + Int((low >> 16) & 0xFF)] ^ table[0x400 + Int(low >> 24)]
                ^ table[0x300 + Int(high & 0xFF)] ^ table[0x200 + Int((high >> 8) & 0xFF)]
                ^ table[0x100 + Int((high >> 16) & 0xFF)] ^ table[Int(high >> 24)]
            next += 8
            left -= 8
        }
        while left > 0 {
            crc = table[Int((crc ^ UInt32(next.load(as: UInt8.self))) & 0xFF)] ^ (crc >> 8)
            next += 1
            left -= 1
        }
        register = crc
    }

    /// Adds bytes.
    public mutating func update(_ bytes: [UInt8]) { bytes.withUnsafeBytes { update($0) } }

    /// The checksum of `bytes`.
    public static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        var crc = CRC32()
        crc.update(bytes)
        return crc.value
    }

    /// The checksum of `bytes`.
    public static func checksum(_ bytes: [UInt8]) -> UInt32 {
        bytes.withUnsafeBytes { checksum($0) }
    }
}

/// The eight tables, made once and kept for the life of the process.
private struct CRC32Table: @unchecked Sendable {
    // @unchecked Sendable: written before `shared` is first visible, only read afterwards.
    let entries: UnsafePointer<UInt32>

    static let shared = CRC32Table()

    private init() {
        let table = UnsafeMutablePointer<UInt32>.allocate(capacity: 8 * 256)
        for byte in 0..<256 {
            var crc = UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? 0xEDB8_8320 ^ (crc >> 1) : crc >> 1 }
            table[byte] = crc
        }
        for index in 256..<(8 * 256) {
            let shorter = table[index - 256]
            table[index] = table[Int(shorter & 0xFF)] ^ (shorter >> 8)
        }
        entries = UnsafePointer(table)
    }
}
