/// Appending little-endian numbers and MCAP records to a buffer that keeps its memory from chunk to chunk.
extension [UInt8] {
    mutating func append<Integer: FixedWidthInteger>(number: Integer) {
        Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
    }

    mutating func append(text: String) {
        append(number: UInt32(text.utf8.count))
        append(contentsOf: text.utf8)
    }

    /// Appends opcode, length and what `body` appends.
    mutating func appendRecord(
        _ opcode: MCAPFormat.Opcode, _ body: (inout [UInt8]) -> Void
    ) {
        append(opcode.rawValue)
        let lengthAt = count
        append(number: UInt64(0))
        body(&self)
        let length = UInt64(count - lengthAt - 8)
        for byte in 0..<8 {
            self[lengthAt + byte] = UInt8(truncatingIfNeeded: length >> (8 * byte))
        }
    }

    mutating func appendRecord(_ schema: MCAPSchema) {
        appendRecord(.schema) { body in
            body.append(number: schema.id)
            body.append(text: schema.name)
            body.append(text: schema.encoding)
            body.append(number: UInt32(schema.data.count))
            body.append(contentsOf: schema.data)
        }
    }

    mutating func appendRecord(_ channel: MCAPChannel) {
        appendRecord(.channel) { body in
            body.append(number: channel.id)
            body.append(number: channel.schema)
            body.append(text: channel.topic)
            body.append(text: channel.encoding)
            body.append(number: UInt32(0))
        }
    }
}
