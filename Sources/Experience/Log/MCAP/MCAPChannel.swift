/// A topic.
struct MCAPChannel: Equatable {
    /// From 1, dense in a Hone log.
    var id: UInt16
    var schema: UInt16
    var topic: String
    var encoding: String
}
