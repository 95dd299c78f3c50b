/// The slow path from bridge to agent: one JSON object with a `type`.
public enum BridgeMessage: Sendable, Equatable {
    /// Who this is, the answer to `hello`.
    case describe(BridgeDescription)
    /// The session commands, the answer to `start`.
    ///
    /// `token` is its right to start again from another connection; nil of a bridge, or to an agent, that
    /// knows of none.
    case started(epoch: UInt32, token: CommandToken? = nil)
    /// The scene is at the start of the episode, the answer to `reset`; robot time it took, s.
    case ready(episode: UInt32, durationSeconds: Double)
    /// Braking or at rest, the answer to `stop`.
    case stopped
    /// Nobody commands, the answer to `release`.
    case released
    /// A request, or where it carries no number a frame, was refused.
    case error(Refusal, message: String)
}

extension BridgeMessage: Codable {
    private enum Key: String, CodingKey {
        case type, epoch, token, episode, code, message
        case duration = "duration_s"
    }

    /// Reads a message; keys that are not known are ignored.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        switch try fields.decode(String.self, forKey: .type) {
        case "describe": self = .describe(try BridgeDescription(from: decoder))
        case "started":
            self = .started(
                epoch: try fields.decode(UInt32.self, forKey: .epoch),
                // The robot is started all the same.
                token: try? fields.decodeIfPresent(CommandToken.self, forKey: .token))
        case "ready":
            self = .ready(
                episode: try fields.decode(UInt32.self, forKey: .episode),
                durationSeconds: try fields.decode(Double.self, forKey: .duration))
        case "stopped": self = .stopped
        case "released": self = .released
        case "error":
            let code = try fields.decode(String.self, forKey: .code)
            let text = try fields.decode(String.self, forKey: .message)
            if let refusal = Refusal(rawValue: code) {
                self = .error(refusal, message: text)
            } else {
                self = .error(.other, message: "\(code): \(text)")
            }
        case let type: throw wrong(.type, in: fields, "the type \(type) is not known")
        }
    }

    /// Writes the message.
    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Key.self)
        switch self {
        case .describe(let description):
            try fields.encode("describe", forKey: .type)
            try description.encode(to: encoder)
        case .started(let epoch, let token):
            try fields.encode("started", forKey: .type)
            try fields.encode(epoch, forKey: .epoch)
            try fields.encodeIfPresent(token, forKey: .token)
        case .ready(let episode, let duration):
            try fields.encode("ready", forKey: .type)
            try fields.encode(episode, forKey: .episode)
            try fields.encode(duration, forKey: .duration)
        case .stopped: try fields.encode("stopped", forKey: .type)
        case .released: try fields.encode("released", forKey: .type)
        case .error(let refusal, let message):
            try fields.encode("error", forKey: .type)
            try fields.encode(refusal.rawValue, forKey: .code)
            try fields.encode(message, forKey: .message)
        }
    }
}
