/// Which hosts of a `tcp://` address only this machine reaches.
///
/// Connections to others are encrypted or not made: files that name another host without keys and
/// sockets that would use one are refused by this one rule.
public enum Loopback {
    /// Whether `host` is `localhost` or 127.x.y.z; IPv6 is off.
    public static func contains(_ host: Substring) -> Bool {
        if host == "localhost" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    /// What is wrong with the name behind `ipc://`, where it is none of a file; nil where nothing is.
    ///
    /// Linux keeps names after an @ in no folder: nothing says who may connect to them.
    public static func problem(ofLocalName name: some StringProtocol) -> String? {
        name.hasPrefix("@")
            ? "a name after @ has no permissions, so that any account of this machine could connect"
            : nil
    }

    /// What a person who wants to reach another machine's bridge is told.
    public static let advice =
        "other machines can reach it, which needs CURVE keys on both sides: make them with hone keys "
        + "new, name them under bridge.curve in the launch file and with --key and --allow at the "
        + "bridge; without keys use ipc:// or tcp://127.0.0.1"
}
