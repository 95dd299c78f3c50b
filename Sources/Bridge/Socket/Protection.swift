/// What protects a socket.
enum Protection {
    /// Nothing: for addresses that only this machine reaches.
    case open
    /// Nothing, to any address: only to see whether the other side refuses it; says not a word.
    case bare
    /// CURVE towards a bridge whose key is known.
    case agent(AgentKeys)
    /// CURVE towards agents on a list.
    case bridge(BridgeKeys)

    /// Whether what is sent can be read by nobody else.
    var isEncrypted: Bool {
        switch self {
        case .open, .bare: false
        case .agent, .bridge: true
        }
    }

    /// Whether other machines may be at the other end.
    var mayLeaveMachine: Bool {
        if case .open = self { return false }
        return true
    }
}
