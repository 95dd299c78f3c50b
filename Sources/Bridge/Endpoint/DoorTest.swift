public import Embodiment
internal import Platform

/// Tries a bridge's door with keys that it cannot know: it must not open.
///
/// Any thread; takes until the bridge answers, milliseconds on the same machine. Sends no message.
public enum DoorTest {
    /// Tries a key that is made for the purpose.
    ///
    /// - Parameter bridge: the bridge's public key; to be known to be right, or the door stays shut for
    ///   another reason.
    /// - Throws: `admitsAnybody`; `timedOut` when nobody takes the connection.
    public static func tryUnknownKey(
        at address: String, of bridge: PublicKey, timeout: Duration
    ) throws(BridgeError) {
        let unknown: KeyPair
        do { unknown = try KeyPair.generate() } catch { throw .noEncryption }
        try tryOpening(
            address, .agent(AgentKeys(own: unknown, bridge: bridge)), timeout: timeout)
    }

    /// Tries without any key, as a program that knows nothing of keys would.
    public static func tryWithoutKey(
        at address: String, timeout: Duration
    ) throws(BridgeError) {
        try tryOpening(address, .bare, timeout: timeout)
    }

    static func tryOpening(
        _ address: String, _ protection: Protection, timeout: Duration
    ) throws(BridgeError) {
        let socket = try ZeroMQSocket(
            .dealer, address: address, protection: protection, isWatched: true)
        let clock = SystemClock()
        let deadline = clock.now + timeout
        var isConnected = false
        while let event = try socket.nextHandshake(timeout: deadline - clock.now) {
            switch event {
            case .connected: isConnected = true
            case .admitted: throw .admitsAnybody(address: address)
            case .keyRefused, .otherProtection, .brokenOff: return
            }
        }
        // Who is let wait is not let in; who finds nobody has learned nothing.
        if !isConnected {
            throw .timedOut(
                attempted: "try the list of keys", address: address, seconds: timeout.inSeconds,
                lastRejection: nil)
        }
    }
}
