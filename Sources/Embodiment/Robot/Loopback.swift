/// Which hosts of a `tcp://` address only this machine reaches.
///
/// The bridge protocol is not encrypted, so files that name another host and sockets that would use one
/// are refused by this one rule.
public enum Loopback {
    /// Whether `host` is `localhost` or 127.x.y.z; IPv6 is off.
    public static func contains(_ host: Substring) -> Bool {
        if host == "localhost" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    /// What a person who wants to reach another machine's bridge is told.
    public static let advice =
        "other machines can reach it, which needs encryption with CURVE keys that this version does "
        + "not have; use ipc://, or tcp://127.0.0.1 with an SSH tunnel to the other machine "
        + "(ssh -L 5570:127.0.0.1:5570 robot)"
}
