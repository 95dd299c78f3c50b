/// The numbers of the MCAP container format that a Hone log uses, as published by its authors.
enum MCAPFormat {
    /// First and last bytes of a file.
    static let magic: [UInt8] = [0x89, 0x4D, 0x43, 0x41, 0x50, 0x30, 0x0D, 0x0A]
    /// Opcode and length before every record's body.
    static let recordHeaderBytes = 9
    /// Channel, sequence and two times before a message's payload.
    static let messageHeaderBytes = 22
    /// Times, sizes, CRC and the empty compression name before a chunk's records.
    static let chunkHeaderBytes = 40
    /// Body of the footer.
    static let footerBytes = 20
    /// What a Hone log says of itself in its header.
    static let profile = "hone"

    enum Opcode: UInt8 {
        case header = 0x01
        case footer = 0x02
        case schema = 0x03
        case channel = 0x04
        case message = 0x05
        case chunk = 0x06
        case messageIndex = 0x07
        case chunkIndex = 0x08
        case statistics = 0x0B
        case summaryOffset = 0x0E
        case dataEnd = 0x0F
    }
}
