internal import Embodiment

/// The slow path from agent to bridge: one JSON object with a `type`.
public enum AgentMessage: Sendable, Equatable {
    /// Who are you?
    case hello(Hello)
    /// This session commands from now on.
    ///
    /// `boot` is that of the bridge it means, so that a recorded `start` means nothing to a bridge
    /// that has restarted since; `robot` the id of the robot, so that it means nothing to another. `actions`
    /// say what an operator's −1…1 are. `token` is what the session was told when it started before: its
    /// right to start again from another connection.
    case start(
        session: UInt64, epoch: UInt32, boot: UInt64? = nil, robot: String? = nil,
        actions: ActionSpace? = nil, token: CommandToken? = nil)
    /// Begin an episode.
    case reset(ResetRequest)
    /// Stop moving now; anybody may ask, and whatever else the message says or lacks, it is a stop.
    case stop(StopCode = .other, reason: String)
    /// The session commands no longer.
    case release(session: UInt64, epoch: UInt32)
}

extension AgentMessage: Codable {
    private enum Key: String, CodingKey {
        case type, version, newest, agent, limits, session, epoch, boot, robot, actions, token,
            episode, seed
        case purpose, code, reason, truncated
        case protocolName = "protocol"
        case wantsOperator = "operator"
    }

    /// Reads a message; keys that are not known are ignored.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        func number(_ key: Key) throws -> UInt32 {
            // By way of a wide type: the decoder's own message for -1 is "not valid JSON".
            let wide = try fields.decode(Int64.self, forKey: key)
            guard let number = UInt32(exactly: wide) else {
                throw wrong(key, in: fields, "\(wide) is not a number below 2^32")
            }
            return number
        }
        func identity() throws -> (session: UInt64, epoch: UInt32) {
            (
                try fields.decode(HexadecimalID.self, forKey: .session).value,
                try number(.epoch)
            )
        }
        switch try fields.decode(String.self, forKey: .type) {
        case "hello":
            var hello = Hello(agent: try fields.decode(String.self, forKey: .agent))
            hello.protocolName = try fields.decode(String.self, forKey: .protocolName)
            hello.oldest = try fields.decode(Int.self, forKey: .version)
            hello.newest = (try? fields.decode(Int.self, forKey: .newest)) ?? hello.oldest
            hello.limits = try fields.decodeIfPresent(String.self, forKey: .limits)
            hello.knowsTruncation = (try? fields.decode(Bool.self, forKey: .truncated)) ?? false
            self = .hello(hello)
        case "start":
            let (session, epoch) = try identity()
            let boot = try fields.decodeIfPresent(HexadecimalID.self, forKey: .boot)
            let robot = try fields.decodeIfPresent(String.self, forKey: .robot)
            // For the bridge's information: nothing that is wrong with it is a reason to refuse.
            let actions = try? fields.decodeIfPresent(ActionSpace.self, forKey: .actions)
            // What is no token is the same as a wrong one: none.
            let token = try? fields.decodeIfPresent(CommandToken.self, forKey: .token)
            self = .start(
                session: session, epoch: epoch, boot: boot?.value, robot: robot, actions: actions,
                token: token)
        case "reset":
            let (session, epoch) = try identity()
            let purpose = try fields.decode(String.self, forKey: .purpose)
            let seed = try fields.decode(String.self, forKey: .seed)
            guard let known = EpisodePurpose.allCases.first(where: { $0.name == purpose }) else {
                throw wrong(.purpose, in: fields, "the purpose \(purpose) is not known")
            }
            guard let seed = UInt64(seed) else {
                throw wrong(.seed, in: fields, "the seed is not a decimal number below 2^64")
            }
            self = .reset(
                ResetRequest(
                    session: session, epoch: epoch,
                    episode: try number(.episode), seed: seed,
                    purpose: known,
                    wantsOperator: try fields.decode(Bool.self, forKey: .wantsOperator)))
        case "stop":
            // Nothing that is wrong with them may keep a robot moving.
            let code = try? fields.decode(String.self, forKey: .code)
            let reason = try? fields.decode(String.self, forKey: .reason)
            self = .stop(code.flatMap(StopCode.init(rawValue:)) ?? .other, reason: reason ?? "")
        case "release":
            let (session, epoch) = try identity()
            self = .release(session: session, epoch: epoch)
        case let type: throw wrong(.type, in: fields, "the type \(type) is not known")
        }
    }

    /// Writes the message.
    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Key.self)
        switch self {
        case .hello(let hello):
            try fields.encode("hello", forKey: .type)
            try fields.encode(hello.protocolName, forKey: .protocolName)
            try fields.encode(hello.oldest, forKey: .version)
            if hello.newest != hello.oldest { try fields.encode(hello.newest, forKey: .newest) }
            try fields.encode(hello.agent, forKey: .agent)
            try fields.encodeIfPresent(hello.limits, forKey: .limits)
            if hello.knowsTruncation { try fields.encode(true, forKey: .truncated) }
        case .start(let session, let epoch, let boot, let robot, let actions, let token):
            try fields.encode("start", forKey: .type)
            try fields.encode(HexadecimalID(value: session), forKey: .session)
            try fields.encode(epoch, forKey: .epoch)
            try fields.encodeIfPresent(boot.map(HexadecimalID.init(value:)), forKey: .boot)
            try fields.encodeIfPresent(robot, forKey: .robot)
            try fields.encodeIfPresent(actions, forKey: .actions)
            try fields.encodeIfPresent(token, forKey: .token)
        case .reset(let request):
            try fields.encode("reset", forKey: .type)
            try fields.encode(HexadecimalID(value: request.session), forKey: .session)
            try fields.encode(request.epoch, forKey: .epoch)
            try fields.encode(request.episode, forKey: .episode)
            try fields.encode(String(request.seed), forKey: .seed)
            try fields.encode(request.purpose.name, forKey: .purpose)
            try fields.encode(request.wantsOperator, forKey: .wantsOperator)
        case .stop(let code, let reason):
            try fields.encode("stop", forKey: .type)
            if code != .other { try fields.encode(code.rawValue, forKey: .code) }
            try fields.encode(reason, forKey: .reason)
        case .release(let session, let epoch):
            try fields.encode("release", forKey: .type)
            try fields.encode(HexadecimalID(value: session), forKey: .session)
            try fields.encode(epoch, forKey: .epoch)
        }
    }
}

/// The error of a field whose value means nothing.
func wrong<Key: CodingKey>(
    _ key: Key, in fields: KeyedDecodingContainer<Key>, _ text: String
) -> DecodingError {
    DecodingError.dataCorruptedError(forKey: key, in: fields, debugDescription: text)
}
