internal import Platform

extension Address {
    /// Who else can command the robot at an address without keys, and how to prevent it; nil where nobody but
    /// this account and root can, and where a local socket is not there yet.
    ///
    /// A few system calls; any thread.
    public static func openness(of address: String) -> String? {
        guard let path = path(of: address) else {
            guard address.hasPrefix("tcp://") else { return nil }
            return "any account of this machine can command this robot: \(address) has no keys. "
                + advice
        }
        let who: String
        switch LocalAudience.of(socket: path) {
        case .everybody?: who = "any account of this machine"
        case .group?: who = "accounts of its group"
        case .owner?, nil: return nil
        }
        return "\(who) can command this robot: the socket \(path.printable) admits them. \(advice)"
    }

    private static let advice =
        "Bind ipc:// in a folder of mode 0700, or give both sides keys (hone keys)"
}
