internal import Embodiment
internal import Platform

/// Which addresses an endpoint may have: without encryption this machine's only.
public enum Address {
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
            if let problem = Loopback.problem(ofLocalName: path) {
                throw .badAddress(address: address, reason: problem)
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

    /// The path of an `ipc://` address; nil of another, and of one that is no file.
    static func path(of address: String) -> String? {
        guard address.hasPrefix("ipc://") else { return nil }
        let path = String(address.dropFirst(6))
        // Of libzmq: any free path.
        return path == "*" ? nil : path
    }

    /// Throws where what is at an address' path is not to be replaced, or cannot be connected to.
    ///
    /// Of a socket that its program has left, it takes away what is in the way of another.
    /// - Parameter binds: a socket is to be made there.
    /// - Throws: `BridgeError.badPlace`; of an address that is no `ipc://` one nothing is said.
    public static func checkPlace(_ address: String, binds: Bool) throws(BridgeError) {
        guard let path = path(of: address) else { return }
        do throws(PlatformError) {
            // libzmq would remove whatever is there.
            try binds ? LocalPlace.clear(path) : LocalPlace.checkConnectable(path)
        } catch { throw .badPlace(address: address, error) }
    }
}
