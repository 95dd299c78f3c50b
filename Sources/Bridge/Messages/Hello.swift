internal import Embodiment

/// What a `hello` says.
public struct Hello: Sendable, Equatable {
    /// `hone-bridge`, or the peer speaks something else.
    public var protocolName: String
    /// The oldest version the agent speaks; all that version 1 knows of.
    public var oldest: Int
    /// The newest version the agent speaks.
    public var newest: Int
    /// Who is asking, for the bridge's log.
    public var agent: String
    /// Hash of the limits the agent will keep, 16 hexadecimal digits, for the bridge's log.
    public var limits: String?

    /// Whether samples to it may say that an episode was truncated, which agents of before refuse.
    public var knowsTruncation: Bool

    /// A `hello` of every version of `Wire.versions`.
    public init(agent: String, limits: String? = nil) {
        protocolName = Wire.protocolName
        oldest = Wire.versions.lowerBound
        newest = Wire.versions.upperBound
        self.agent = agent
        self.limits = limits
        knowsTruncation = true
    }

    /// The newest version that both this agent and a bridge speak; nil when there is none.
    ///
    /// - Parameter newest: the newest that the bridge speaks.
    public func agreed(with newest: Int) -> Int? {
        guard protocolName == Wire.protocolName else { return nil }
        let version = min(newest, max(oldest, self.newest))
        return version >= max(oldest, Wire.versions.lowerBound) ? version : nil
    }
}
