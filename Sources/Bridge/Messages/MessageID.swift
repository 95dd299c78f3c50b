/// The number of a message whose other keys nobody may be able to read.
struct MessageID: Decodable {
    enum Key: String, CodingKey { case id }

    let value: UInt32?

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        // A wide type, and no error: a number that is none must not make a stop unreadable.
        let number = try? fields.decodeIfPresent(Int64.self, forKey: .id)
        value = number.flatMap { UInt32(exactly: $0) }.flatMap { $0 == 0 ? nil : $0 }
    }
}
