public import Embodiment
public import Platform

/// Why talking to the other side failed.
public enum BridgeError: Error, Equatable, Sendable {
    /// libzmq refused a call.
    case transport(attempted: String, address: String, code: Int32, text: String)
    /// An address that is no `ipc://` or `tcp://` address.
    case badAddress(address: String, reason: String)
    /// A local socket that cannot be where it was to be.
    case badPlace(address: String, PlatformError)
    /// A TCP address other machines can reach, without keys.
    case notLoopback(address: String)
    /// Keys are given, and this machine's libzmq cannot encrypt.
    case noEncryption
    /// The bridge does not admit this agent's key.
    case keyRefused(address: String, key: PublicKey)
    /// The bridge takes connections and never agrees on one: only one side encrypts, or it is not the one
    /// with this key.
    case brokenOff(address: String, key: PublicKey?)
    /// The bridge admits a key that nobody can have told it.
    case admitsAnybody(address: String)
    /// No answer in time; the last frame that was refused meanwhile, if any.
    case timedOut(attempted: String, address: String, seconds: Double, lastRejection: String?)
    /// The caller did not want to wait any longer; whatever was asked for may still be done.
    case cancelled(attempted: String)
    /// The queue to the other side is full: what was to be sent was not.
    case queueFull(attempted: String, address: String)
    /// The bridge answered with an error.
    case refused(attempted: String, code: Refusal, message: String)
    /// The bridge speaks another protocol or version.
    case wrongProtocol(address: String, found: String, version: Int)
    /// The bridge describes a robot that cannot be.
    case badDescription(address: String, reason: String)
    /// A call that needs `hello` first.
    case notGreeted(attempted: String)
    /// Frames of the bridge that could not be read: how many, why, and what the last one was.
    case framesRefused(String)
    /// The bridge sends far more than it described: how many samples a second where how many were described.
    case flooded(String)
    /// The bridge's times are not those of a monotonic clock, in nanoseconds.
    case strangeClock(String)
    /// A message longer than the transport takes.
    case messageTooLong(byteCount: Int, limit: Int)
}

extension BridgeError: CustomStringConvertible {
    /// What was attempted, what was found, what to do.
    public var description: String {
        switch self {
        case .transport(let attempted, let address, let code, let text):
            "could not \(attempted) \(address): \(text) (error \(code))"
        case .badAddress(let address, let reason):
            "the address \(address) cannot be used: \(reason); "
                + "write ipc:///path/of/socket or tcp://127.0.0.1:5555"
        case .badPlace(let address, let error):
            "the address \(address.printable) cannot be used: \(error)"
        case .notLoopback(let address):
            "the address \(address) is refused: \(Loopback.advice)"
        case .noEncryption: "\(KeyError.notAvailable)"
        case .keyRefused(let address, let key):
            "the bridge at \(address) does not admit this agent's key \(key); allow it there with "
                + "hone keys allow and start the bridge again"
        case .brokenOff(let address, nil):
            "the bridge at \(address) takes connections and breaks them off: it admits only encrypted "
                + "ones, or it is no bridge; name this agent's secret key and the bridge's public key "
                + "under bridge.curve (both made by hone keys new)"
        case .brokenOff(let address, let key?):
            "the bridge at \(address) takes connections and breaks them off: it does not encrypt "
                + "(--key and --allow make it), or it is not the one with the public key \(key); "
                + "compare with what hone keys show prints there"
        case .admitsAnybody(let address):
            "the bridge at \(address) is refused: it admitted a key made a moment ago, so it would "
                + "obey anybody; give it a list of keys (--allow, hone keys allow) and start it again"
        case .timedOut(let attempted, let address, let seconds, let lastRejection):
            "could not \(attempted) at \(address): no answer within \(seconds) s; is the bridge "
                + "running, and at that address?"
                + (lastRejection.map { " The last refused frame: \($0)" } ?? "")
        case .cancelled(let attempted): "gave up waiting to \(attempted)"
        case .queueFull(let attempted, let address):
            "could not \(attempted) at \(address): the queue to the bridge is full or there is no "
                + "connection; nothing was sent"
        case .refused(let attempted, let code, let message):
            "could not \(attempted): the bridge refused (\(code.rawValue)): \(message)"
        case .wrongProtocol(let address, let found, let version):
            "\(address) speaks \(found) version \(version), this side speaks "
                + "\(Wire.protocolName) versions \(Wire.spokenVersions)"
        case .badDescription(let address, let reason):
            "the bridge at \(address) describes a robot that cannot be used: \(reason)"
        case .notGreeted(let attempted):
            "could not \(attempted): the bridge has not been greeted; call hello first"
        case .framesRefused(let words): "what the bridge sends cannot be read: \(words)"
        case .flooded(let words):
            "the bridge floods: \(words); it is to send one a command period"
        case .strangeClock(let words): "the bridge's times cannot be trusted: \(words)"
        case .messageTooLong(let byteCount, let limit):
            "could not send a message of \(byteCount) bytes: at most \(limit) are taken"
        }
    }
}

extension BridgeError: HasExitCode {
    /// The sysexits code.
    public var exitCode: Int32 {
        switch self {
        case .admitsAnybody: 76
        case .keyRefused: 77
        default: 69
        }
    }
}
