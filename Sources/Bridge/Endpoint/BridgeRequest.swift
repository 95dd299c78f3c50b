public import Embodiment

/// What a peer wants of a bridge.
public enum BridgeRequest: Sendable, Equatable {
    /// A slow-path message, to be answered.
    case message(AgentMessage, from: Asker)
    /// A command, readable and finite; `CommandGate` decides whether it is obeyed.
    case command(Command, from: PeerID)
}
