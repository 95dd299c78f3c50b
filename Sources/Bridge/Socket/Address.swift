internal import Embodiment

/// Which addresses an endpoint may have: without encryption this machine's only.
enum Address {
    /// Longest path of a Unix socket on Linux, without the terminator.
    static let longestPath = 107

    /// Throws unless `address` is `ipc://PATH` or `tcp://HOST:PORT`.
    ///
    /// - Parameter isLocal: the host must be a loopback one.
    static func check(_ address: String, isLocal: Bool = true) throws(BridgeError) {
        if address.hasPrefix("ipc://") {
            let path = address.dropFirst(6)
            if path.isEmpty {
                throw .badAddress(address: address, reason: "the path is missing")
            }
            if path.utf8.count > longestPath {
                throw .badAddress(
                    address: address,
                    reason: "the path has \(path.utf8.count) bytes, at most \(longestPath) fit")
            }
            return
        }
        guard address.hasPrefix("tcp://") else {
            throw .badAddress(address: address, reason: "it is neither ipc:// nor tcp://")
        }
        let rest = address.dropFirst(6)
        guard let colon = rest.lastIndex(of: ":") else {
            throw .badAddress(address: address, reason: "the port is missing")
        }
        let (host, port) = (rest[..<colon], rest[rest.index(after: colon)...])
        guard port == "*" || UInt16(port) != nil else {
            throw .badAddress(address: address, reason: "\(port) is not a port")
        }
        if host.isEmpty { throw .badAddress(address: address, reason: "the host is missing") }
        guard !isLocal || Loopback.contains(host) else { throw .notLoopback(address: address) }
    }
}
