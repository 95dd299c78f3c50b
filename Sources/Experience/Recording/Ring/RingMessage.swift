/// A message of the log on its way there.
struct RingMessage: Hashable {
    var topic: LogTopic
    /// As in the log, ns.
    var time: UInt64
    var payload: [UInt8]
}
