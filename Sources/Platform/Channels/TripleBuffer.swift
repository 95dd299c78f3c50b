/// The byte two sides of a triple buffer exchange: a slot number and whether it is unread.
enum TripleBuffer {
    static let slot: UInt8 = 3
    static let isNew: UInt8 = 4
    static let firstBack: UInt8 = 0
    static let firstShared: UInt8 = 1
    static let firstFront: UInt8 = 2
}
