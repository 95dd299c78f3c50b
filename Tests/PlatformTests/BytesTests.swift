import Platform
import Testing

@Suite("CRC32")
struct CRC32Tests {
    @Test("gives the published check values")
    func vectors() {
        #expect(CRC32.checksum([]) == 0)
        #expect(CRC32.checksum(Array("a".utf8)) == 0xE8B7_BE43)
        #expect(CRC32.checksum(Array("abc".utf8)) == 0x3524_41C2)
        #expect(CRC32.checksum(Array("123456789".utf8)) == 0xCBF4_3926)
        #expect(CRC32.checksum([UInt8](repeating: 0, count: 32)) == 0x190A_55AD)
        #expect(CRC32.checksum([UInt8](repeating: 0xFF, count: 32)) == 0xFF6C_AB0B)
        let fox = "The quick brown fox jumps over the lazy dog"
        #expect(CRC32.checksum(Array(fox.utf8)) == 0x414F_A339)
    }

    @Test("agrees with the bitwise definition at every length, cut and alignment")
    func againstDefinition() {
        let bytes = (0..<67).map { UInt8(truncatingIfNeeded: $0 * 37 + 11) }
        for start in 0..<9 {
            for end in start...bytes.count {
                let slice = Array(bytes[start..<end])
                var plain: UInt32 = 0xFFFF_FFFF
                for byte in slice {
                    plain ^= UInt32(byte)
                    for _ in 0..<8 {
                        plain = plain & 1 == 1 ? 0xEDB8_8320 ^ (plain >> 1) : plain >> 1
                    }
                }
                bytes.withUnsafeBytes {
                    #expect(
                        CRC32.checksum(UnsafeRawBufferPointer(rebasing: $0[start..<end])) == ~plain)
                }
                var crc = CRC32()
                crc.update(Array(slice[..<(slice.count / 3)]))
                crc.update(Array(slice[(slice.count / 3)...]))
                #expect(crc.value == ~plain)
            }
        }
    }
}

@Suite("ByteWriter and ByteReader")
struct ByteTests {
    @Test("write little-endian and read it back")
    func roundTrip() throws {
        var memory = [UInt8](repeating: 0xAA, count: 40)
        try memory.withUnsafeMutableBytes { raw in
            var writer = ByteWriter(raw)
            try writer.write(UInt8(0x01))
            try writer.write(UInt16(0x0203))
            try writer.write(UInt32(0x0405_0607))
            try writer.write(UInt64(0x0809_0A0B_0C0D_0E0F))
            try writer.write(Float(1.5))
            try writer.write(-2.25)
            try [UInt8]([9, 8]).withUnsafeBytes { try writer.write(bytes: $0) }
            writer.patch(UInt32(0x0405_0608), at: 3)
            #expect(writer.offset == 29 && writer.remaining == 11)
            #expect(Array(raw[..<7]) == [1, 3, 2, 8, 6, 5, 4])
            #expect(raw[29] == 0xAA)
            var reader = ByteReader(writer.written)
            #expect(try reader.readUInt8() == 1)
            #expect(try reader.readUInt16() == 0x0203)
            #expect(try reader.readUInt32() == 0x0405_0608)
            #expect(try reader.readUInt64() == 0x0809_0A0B_0C0D_0E0F)
            #expect(try reader.readFloat() == 1.5)
            #expect(try reader.readDouble() == -2.25)
            #expect(Array(try reader.readBytes(2)) == [9, 8])
            #expect(reader.remaining == 0)
        }
    }

    @Test("refuse what does not fit, and change nothing", arguments: 0...8)
    func bounds(count: Int) {
        var memory = [UInt8](repeating: 7, count: count)
        memory.withUnsafeMutableBytes { raw in
            var writer = ByteWriter(raw)
            var reader = ByteReader(UnsafeRawBufferPointer(raw))
            let error = ByteError.outOfBounds(offset: 0, needed: 8, available: count)
            if count < 8 {
                #expect(throws: error) { try writer.write(UInt64(1)) }
                #expect(throws: error) { try reader.readUInt64() }
                #expect(writer.offset == 0 && reader.offset == 0)
                #expect(raw.allSatisfy { $0 == 7 })
            } else {
                #expect(throws: Never.self) { try reader.readUInt64() }
                #expect(throws: Never.self) { try writer.write(UInt64(1)) }
            }
            #expect(throws: ByteError.self) { try reader.skip(-1) }
        }
    }
}
