import Embodiment

/// Notices a bridge that carries commands out later and later, or that acknowledges none.
///
/// How many commands lie between the newest one sent and the newest one acknowledged depends on the
/// bridge's pipeline; the shortest such way of the epoch measures that, and only what comes on top is
/// lag. Other than an age, it grows when commands queue up while samples are as fresh as ever. A value;
/// the tick's thread; no allocation.
struct AcknowledgementLag: Sendable {
    private var shortest: UInt64?
    /// Commands by which the newest sample's acknowledgement is later than the epoch's best; all that
    /// were sent where it acknowledges none of them.
    private(set) var commands: UInt64 = 0
    /// Samples in a row that were later than the limit.
    private(set) var samples = 0
    /// Samples in a row that acknowledged nothing although more commands than the limit were sent.
    private(set) var silentSamples = 0

    /// Nothing has been acknowledged.
    init() {}

    /// Takes the next sample's acknowledgement.
    ///
    /// - Parameters:
    ///   - acknowledged: sequence of the last command that the bridge had applied; 0 for none. One
    ///     that was not sent yet acknowledges nothing.
    ///   - sent: sequence of the last command that was made.
    ///   - limit: commands of lag that are none.
    mutating func take(acknowledged: UInt64, sent: UInt64, limit: Int) {
        guard acknowledged > 0, acknowledged <= sent else {
            // How long the way of an epoch's first command is nobody knows yet.
            commands = sent
            samples = 0
            silentSamples = sent > UInt64(limit) ? silentSamples + 1 : 0
            return
        }
        let way = sent - acknowledged
        let best = shortest.map { $0 < way ? $0 : way } ?? way
        shortest = best
        commands = way - best
        samples = commands > UInt64(limit) ? samples + 1 : 0
        silentSamples = 0
    }
}
