/// A message layout that a log's channels refer to.
struct MCAPSchema: Equatable {
    /// From 1.
    var id: UInt16
    var name: String
    var encoding: String
    var data: [UInt8]
}
