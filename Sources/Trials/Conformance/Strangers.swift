import Foundation
import Platform
import Report

/// Bare connections to a bridge's socket by programs that do not speak its language.
///
/// One thread. They stay connected until they leave.
final class Strangers {
    private enum Place {
        case path(String)
        case port(UInt32, UInt16)
    }

    private let place: Place
    private var descriptors: [Int32] = []
    /// How many the system let connect so far; a full queue refuses the others.
    private(set) var connected = 0

    /// - Parameter address: `ipc://PATH` or `tcp://127.x.y.z:PORT`.
    init(of address: String) throws {
        if address.hasPrefix("ipc://") {
            place = .path(String(address.dropFirst(6)))
            return
        }
        let words = address.dropFirst(6).split(separator: ":")
        let host = words.first == "localhost" ? "127.0.0.1" : String(words.first ?? "")
        guard words.count == 2, let port = UInt16(words[1]), inet_addr(host) != in_addr_t.max else {
            throw ArgumentError("\(address) is no address that strangers can find")
        }
        place = .port(inet_addr(host), port)
    }

    deinit { leave() }

    /// Connects `count` more: one says nothing, the next half a greeting, the next garbage, in turn.
    func come(_ count: Int) throws {
        // A ZMTP greeting begins with FF, eight bytes and 7F; garbage is anything else.
        let greetings: [[UInt8]] = [
            [], [0xFF, 0, 0, 0, 0, 0, 0, 0, 1, 0x7F, 3],
            Array("GET / HTTP/1.1\r\nHost: robot\r\n\r\n".utf8),
            (0..<200).map { UInt8(truncatingIfNeeded: $0 &* 73 &+ 11) },
            [0xFF, 0, 0, 0, 0, 0, 0, 0, 1, 0x7F] + [UInt8](repeating: 0xFF, count: 200),
        ]
        for index in 0..<count {
            guard let descriptor = connect() else { continue }
            connected += 1
            descriptors.append(descriptor)
            let words = greetings[index % greetings.count]
            _ = words.withUnsafeBytes {
                send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
        }
    }

    /// Closes them all.
    func leave() {
        for descriptor in descriptors { close(descriptor) }
        descriptors = []
    }

    private func connect() -> Int32? {
        let descriptor: Int32
        let failed: Int32
        switch place {
        case .path(let path):
            descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { room in
                room.copyBytes(from: path.utf8.prefix(room.count - 1))
            }
            failed = Self.connect(descriptor, &address)
        case .port(let host, let port):
            descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            address.sin_addr.s_addr = host
            failed = Self.connect(descriptor, &address)
        }
        guard failed == 0 else {
            if descriptor >= 0 { close(descriptor) }
            return nil
        }
        return descriptor
    }

    /// Without waiting: a full queue of connections is an answer.
    private static func connect<Address>(_ descriptor: Int32, _ address: inout Address) -> Int32 {
        guard descriptor >= 0 else { return -1 }
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        let count = socklen_t(MemoryLayout<Address>.size)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                let outcome = Foundation.connect(descriptor, $0, count)
                return outcome != 0 && errno == EINPROGRESS ? 0 : outcome
            }
        }
    }
}
